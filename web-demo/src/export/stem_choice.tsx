/** Which stems the backing track is without, and which stay in the middle of the stereo field. */

import { signal } from "@preact/signals";
import { panelStrings } from "../shared/panel_strings.js";
import { stemColour } from "../shared/stem_colours.js";
import { strings } from "../shared/strings.js";

/** Kept while other songs are shown; undefined until something is chosen. */
const choice = signal<ReadonlySet<string> | undefined>(undefined);

/** In the model's order; at first its first stem, as models name the leading part first. Reads signals. */
export function chosenStems(stems: readonly string[]): readonly string[] {
  const chosen = choice.value;
  return stems.filter((stem, index) => (chosen ? chosen.has(stem) : index === 0));
}

export function StemChoice({ stems }: { readonly stems: readonly string[] }) {
  const text = panelStrings.exports;
  const chosen = new Set(chosenStems(stems));
  const toggle = (stem: string) => {
    const next = new Set(chosen);
    if (!next.delete(stem)) next.add(stem);
    choice.value = next;
  };
  return (
    <li class="export-row">
      <span>
        {text.chosen}
        <small class="muted">{text.chosenNote}</small>
      </span>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset's legend cannot stand beside it */}
      <div class="row export-choice" role="group" aria-label={text.chosen}>
        {stems.map((stem, index) => {
          const name = strings.studio.stem(stem);
          return (
            <button
              key={stem}
              type="button"
              class="button"
              style={{ "--colour": `var(${stemColour(index)})` }}
              aria-pressed={chosen.has(stem)}
              aria-label={text.choose(name.toLowerCase())}
              onClick={() => toggle(stem)}
            >
              {name}
            </button>
          );
        })}
      </div>
    </li>
  );
}
