/** Play, the time, the loop, and how much of the song is seen. */

import "./transport.css";
import { canPlay, duration, loop, playing, seek, togglePlay } from "../player/player.js";
import { playhead } from "../player/playhead.js";
import { openDialog } from "../session/opened_dialog.js";
import { clock, preciseClock } from "../shared/format.js";
import { Icon, type IconName } from "../shared/icons.js";
import { strings } from "../shared/strings.js";
import { maxZoom, middle, showAll, spectrogramShown, zoom, zoomBy } from "../timeline/view.js";
import { music } from "./music.js";

const zoomStep = 2;

export function Transport() {
  const text = strings.studio;
  const parts = music.value;
  const label = playing.value ? text.pause : text.play;
  return (
    <section class="transport" aria-label={text.transport}>
      <div class="row">
        <ToolButton
          icon="start"
          label={text.toStart}
          disabled={!canPlay.value}
          onClick={() => seek(loop.value?.start ?? 0)}
        />
        <button
          type="button"
          class="button primary play"
          aria-label={label}
          title={label}
          disabled={!canPlay.value}
          onClick={togglePlay}
        >
          <Icon name={playing.value ? "pause" : "play"} size={24} />
        </button>
        <p class="time number">
          <span class="time-now">{preciseClock(playhead.value)}</span>
          <span class="muted">{clock(duration.value)}</span>
          {parts && <parts.BarNow />}
        </p>
      </div>
      <LoopTools />
      <div class="row view-tools">
        <ToolButton
          icon="spectrogram"
          label={text.spectrogram}
          pressed={spectrogramShown.value}
          onClick={() => (spectrogramShown.value = !spectrogramShown.value)}
        />
        <ToolButton
          icon="zoomOut"
          label={text.zoomOut}
          disabled={zoom.value <= 1}
          onClick={() => zoomBy(1 / zoomStep, middle())}
        />
        <ToolButton
          icon="zoomIn"
          label={text.zoomIn}
          disabled={zoom.value >= maxZoom.value}
          onClick={() => zoomBy(zoomStep, middle())}
        />
        <ToolButton icon="fit" label={text.zoomAll} disabled={zoom.value <= 1} onClick={showAll} />
        <ToolButton icon="keyboard" label={text.keys} onClick={() => openDialog("keys")} />
      </div>
    </section>
  );
}

function LoopTools() {
  const text = strings.studio;
  const range = loop.value;
  return (
    <div class="row">
      <button
        type="button"
        class="button"
        aria-pressed={range !== undefined}
        disabled={!canPlay.value}
        title={text.loopHint}
        onClick={() => music.value?.toggleLoop()}
      >
        <Icon name="loop" size={18} />
        <span class="number">
          {range ? text.loopRange(preciseClock(range.start), preciseClock(range.end)) : text.loop}
        </span>
      </button>
    </div>
  );
}

interface ToolButtonProps {
  readonly icon: IconName;
  readonly label: string;
  readonly disabled?: boolean;
  readonly pressed?: boolean;
  readonly onClick: () => void;
}

function ToolButton({ icon, label, disabled = false, pressed, onClick }: ToolButtonProps) {
  return (
    <button
      type="button"
      class="button quiet icon"
      aria-label={label}
      title={label}
      aria-pressed={pressed}
      disabled={disabled}
      onClick={onClick}
    >
      <Icon name={icon} />
    </button>
  );
}
