/** Which model separates the song, and what that takes on this device. */

import "./model_line.css";
import { Icon } from "../shared/icons.js";
import { strings } from "../shared/strings.js";
import type { Song } from "../songs/types.js";
import { costText } from "./cost_text.js";
import { knownModel, titleOf } from "./known_models.js";

interface ModelLineProps {
  readonly song: Song;
  /** Another model is to be chosen. */
  readonly onChoose: () => void;
}

export default function ModelLine({ song, onChoose }: ModelLineProps) {
  const id = song.model.value;
  const model = knownModel(id);
  const title = titleOf(id);
  const cost = costText(id, model?.stems.length ?? song.stemPeaks.value.size, song);
  return (
    <p class="model-line">
      <button
        type="button"
        class="button"
        aria-haspopup="dialog"
        aria-label={strings.studio.model(title)}
        onClick={onChoose}
      >
        <Icon name="model" size={18} />
        <span class="model-line-title">{title}</span>
      </button>
      {model?.terms && <span class="chip">{model.terms}</span>}
      <span class="number muted">{cost}</span>
    </p>
  );
}
