/** Loops begin and end on beats: on those that the ruler shows, so from afar on bars. */

import { computed } from "@preact/signals";
import type { SongRange } from "divisi";
import { indexHeard, nearest, neighbour, stretch } from "../analysis/beat_grid.js";
import { shownBars, shownBeats } from "../analysis/shown_beats.js";
import { loop, setLoop } from "../player/player.js";
import { playhead } from "../player/playhead.js";
import { showsBeats } from "./ruler_marks.js";
import { pixelsPerSecond } from "./view.js";

/** Empty as long as no beats are known. */
const grid = computed(() =>
  showsBeats(shownBeats.value, pixelsPerSecond.value) ? shownBeats.value : shownBars.value,
);

/** Keys that are held free what is drawn from the beats. */
interface Held {
  readonly shiftKey: boolean;
  readonly altKey: boolean;
}

const isFree = ({ shiftKey, altKey }: Held) => shiftKey || altKey || grid.value.length < 2;

/** Where an edge of the loop is to lie that was moved to `seconds`. */
export function snapped(seconds: number, held: Held): number {
  return isFree(held) ? seconds : nearest(grid.value, seconds);
}

/** The loop that is drawn from one place to another. */
export function snappedLoop(from: number, to: number, held: Held): SongRange {
  if (isFree(held)) return { start: Math.min(from, to), end: Math.max(from, to) };
  return stretch(grid.value, from, to);
}

/** Without beats, and beside them. */
const [step, largeStep] = [0.1, 1] as const;

/** Where an arrow key moves an edge: to the next beat, with Shift by a second, with Alt by a tenth. */
export function stepped(seconds: number, direction: 1 | -1, held: Held): number {
  if (!isFree(held)) return neighbour(shownBeats.value, seconds, direction) ?? seconds;
  return seconds + direction * (held.shiftKey ? largeStep : step);
}

/** How many bars a loop has that nobody has drawn. */
const loopBars = 4;
/** In seconds, where no bars are known. */
const loopSeconds = 10;

/** Ends the loop, or begins one at the playhead. */
export function toggleLoop(): void {
  setLoop(loop.value ? undefined : loopFrom(playhead.value));
}

/** The loop that begins in the bar of `seconds`. */
function loopFrom(seconds: number): SongRange {
  const bars = shownBars.value;
  const index = indexHeard(bars, seconds);
  const [first, end] = [bars[index], bars[index + loopBars] ?? bars.at(-1)];
  return first && end && first !== end
    ? { start: first.seconds, end: end.seconds }
    : { start: seconds, end: seconds + loopSeconds };
}
