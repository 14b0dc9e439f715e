/** The chords in view, and beside them the one that is heard and the next. */

import "./chord_lane.css";
import { computed } from "@preact/signals";
import type { Chord } from "divisi";
import { indexAt, indexHeard } from "../analysis/beat_grid.js";
import { chordText } from "../analysis/chord_text.js";
import { isAnalysisDue, shownAnalysis } from "../analysis/song_analysis.js";
import { playhead } from "../player/playhead.js";
import { panelStrings } from "../shared/panel_strings.js";
import type { Song } from "../songs/types.js";
import { pixelsPerSecond, view } from "./view.js";

interface PlacedChord {
  readonly seconds: number;
  readonly endSeconds: number;
  readonly text: string;
  readonly isNone: boolean;
}

const placed = computed<readonly PlacedChord[]>(() =>
  (shownAnalysis.value?.chords?.chords ?? []).map((chord: Chord) => ({
    seconds: chord.startSeconds,
    endSeconds: chord.endSeconds,
    text: chordText(chord),
    isNone: chord.root === undefined,
  })),
);

/** Changes with the chord, not with the playhead. */
const heard = computed(() => indexHeard(placed.value, playhead.value));

/** Narrower ones are a line. */
const leastPixels = 3;
/** Of a letter and of the room beside the text. */
const [letterPixels, airPixels] = [7, 8];
/** In words, for those who do not see the lane. */
const mostSpoken = 16;

export function ChordLane({ song }: { song: Song }) {
  const text = panelStrings.chords;
  const chords = placed.value;
  if (chords.length === 0 && !isAnalysisDue(song)) return null;
  return (
    <div class="lane chord-lane" data-part="chords">
      <div class="lane-head">
        <p class="lane-title">{text.title}</p>
        <Now chords={chords} />
      </div>
      {chords.length > 0 ? (
        <Chords chords={chords} />
      ) : (
        <div class="chords">
          <p class="muted">{text.due}</p>
        </div>
      )}
    </div>
  );
}

function Now({ chords }: { chords: readonly PlacedChord[] }) {
  const [now, next] = [chords[heard.value], chords[heard.value + 1]];
  return (
    <p class="chord-now muted">
      {now && <strong>{now.text}</strong>}
      {next && ` ${panelStrings.chords.next(next.text)}`}
    </p>
  );
}

function Chords({ chords }: { chords: readonly PlacedChord[] }) {
  const { start, end, length } = view.value;
  const scale = pixelsPerSecond.value;
  const spoken = chords.filter(({ isNone }) => !isNone).map(({ text }) => text);
  const more = spoken.length > mostSpoken ? " …" : "";
  const first = Math.max(0, indexAt(chords, start));
  return (
    <div
      class="chords"
      role="img"
      aria-label={panelStrings.chords.all(spoken.slice(0, mostSpoken).join(", ") + more)}
    >
      {chords.slice(first, indexAt(chords, end) + 1).map((chord, index) => {
        const width = (chord.endSeconds - chord.seconds) * scale;
        if (width < leastPixels) return null;
        const isReadable = width >= letterPixels * chord.text.length + airPixels;
        // A chord that has begun before the view keeps its name in view.
        const from = Math.max(chord.seconds, start);
        const classes = [chord.isNone && "none", first + index === heard.value && "now"];
        return (
          <span
            key={chord.seconds}
            class={classes.filter(Boolean).join(" ")}
            style={{
              left: `${(100 * (from - start)) / length}%`,
              width: `${(100 * (chord.endSeconds - from)) / length}%`,
            }}
          >
            {isReadable && chord.text}
          </span>
        );
      })}
    </div>
  );
}
