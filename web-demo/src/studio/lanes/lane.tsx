/** One lane: its name, its place in the mix, its waveform. */

import type { ReadonlySignal } from "@preact/signals";
import { isAudible, isReplaced, setStem, settingOf } from "../../player/player.js";
import { strings } from "../../shared/strings.js";
import type { Peaks, Song } from "../../songs/types.js";
import { music } from "../music.js";
import { Gaps } from "./gaps.js";
import { Waveform } from "./waveform.js";

export interface LaneProps {
  readonly song: Song;
  readonly title: string;
  /** Undefined for the mix, which has no controls of its own. */
  readonly stem?: string | undefined;
  readonly colour: string;
  readonly peaks: ReadonlySignal<Peaks | undefined>;
}

export function Lane({ song, title, stem, colour, peaks }: LaneProps) {
  const heard = (stem === undefined || isAudible(stem)) && !isReplaced(stem);
  const parts = music.value;
  return (
    <>
      <div
        class={heard ? "lane" : "lane unheard"}
        data-lane={stem ?? "mix"}
        style={{ "--colour": `var(${colour})` }}
      >
        <div class={parts ? "lane-head with-notes" : "lane-head"}>
          <p class="lane-title">{title}</p>
          {parts && <parts.NotesToggle song={song} stem={stem} title={title} />}
          {stem !== undefined && <Controls stem={stem} title={title} />}
        </div>
        <div class="lane-wave">
          <Waveform name={title} peaks={peaks} colour={colour} />
          <Gaps peaks={peaks} />
        </div>
      </div>
      {parts && <parts.NotesBelow song={song} stem={stem} title={title} colour={colour} />}
    </>
  );
}

const maxGain = 2;

function Controls({ stem, title }: { stem: string; title: string }) {
  const text = strings.studio;
  const { gain, muted, solo } = settingOf(stem);
  const percent = Math.round(gain * 100);
  return (
    <>
      <button
        type="button"
        class="button toggle solo"
        aria-pressed={solo}
        aria-label={text.solo(title)}
        title={text.solo(title)}
        onClick={() => setStem(stem, { solo: !solo })}
      >
        S
      </button>
      <button
        type="button"
        class="button toggle mute"
        aria-pressed={muted}
        aria-label={text.mute(title)}
        title={text.mute(title)}
        onClick={() => setStem(stem, { muted: !muted })}
      >
        M
      </button>
      <input
        class="gain"
        type="range"
        min={0}
        max={maxGain}
        step={0.01}
        value={gain}
        style={{ "--fill": `${(gain / maxGain) * 100}%` }}
        aria-label={text.gain(title)}
        aria-valuetext={text.percent(percent)}
        title={text.gainHint(percent)}
        onInput={({ currentTarget }) => setStem(stem, { gain: currentTarget.valueAsNumber })}
        onDblClick={() => setStem(stem, { gain: 1 })}
      />
    </>
  );
}
