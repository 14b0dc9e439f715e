/** The metronome, and the listener's corrections of what it clicks. */

import "./beat_tools.css";
import type { Signal } from "@preact/signals";
import type { BeatStep } from "../analysis/correction.js";
import {
  canCorrect,
  correct,
  shownBeats,
  shownCorrection,
  uncorrect,
} from "../analysis/shown_beats.js";
import { countInOn, metronomeGain, metronomeOn } from "../metronome/metronome.js";
import { Icon } from "../shared/icons.js";
import { panelStrings } from "../shared/panel_strings.js";
import { strings } from "../shared/strings.js";

export function BeatTools() {
  const text = panelStrings.beats;
  if (shownBeats.value.length === 0) return null;
  return (
    <section class="beat-tools" aria-label={text.title}>
      <div class="row">
        <Switch on={metronomeOn} label={text.metronome} />
        <Volume gain={metronomeGain} />
        <Switch on={countInOn} label={text.countIn} />
      </div>
      <div class="row">
        <Step step="half" />
        <Step step="double" />
        <Step step="later" />
        <Step step="offBeat" />
        {shownCorrection.value.length > 0 && (
          <button type="button" class="button quiet" title={text.resetHint} onClick={uncorrect}>
            <Icon name="retry" size={16} />
            {text.reset}
          </button>
        )}
      </div>
    </section>
  );
}

function Switch({ on, label }: { on: Signal<boolean>; label: string }) {
  return (
    <button
      type="button"
      class="button"
      aria-pressed={on.value}
      onClick={() => (on.value = !on.value)}
    >
      {label}
    </button>
  );
}

function Volume({ gain }: { gain: Signal<number> }) {
  const text = panelStrings.beats;
  const percent = strings.studio.percent(Math.round(gain.value * 100));
  return (
    <input
      type="range"
      min={0}
      max={1}
      step={0.01}
      value={gain.value}
      style={{ "--fill": `${gain.value * 100}%` }}
      aria-label={text.volume}
      aria-valuetext={percent}
      title={`${text.volume}: ${percent}`}
      onInput={({ currentTarget }) => (gain.value = currentTarget.valueAsNumber)}
    />
  );
}

function Step({ step }: { step: BeatStep }) {
  const [label, hint] = panelStrings.beats.steps[step];
  return (
    <button
      type="button"
      class="button"
      aria-label={panelStrings.beats.step(label, hint)}
      title={hint}
      disabled={!canCorrect(step)}
      onClick={() => correct(step)}
    >
      {label}
    </button>
  );
}
