/** Where notes lie in the piano roll: time from left to right as in all lanes, pitch from below. */

import type { Note } from "divisi";
import { view } from "../../timeline/view.js";

/** The height of the roll in pixels. */
export const rollHeight = 232;

/** The pitches that are shown, both among them. */
export interface PitchRange {
  readonly low: number;
  readonly high: number;
}

/** Two octaves at least: of fewer, semitones would look like leaps. */
const leastSpan = 24;
/** Where there are no notes: around middle C. */
const usualMiddle = 60;
/** So many semitones are left free above and below. */
const margin = 2;

export function pitchRange(notes: readonly Note[]): PitchRange {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { pitch } of notes) {
    low = Math.min(low, pitch);
    high = Math.max(high, pitch);
  }
  if (notes.length === 0) low = high = usualMiddle;
  const missing = Math.max(0, leastSpan - (high - low + 2 * margin));
  return {
    low: Math.max(0, low - margin - Math.ceil(missing / 2)),
    high: Math.min(127, high + margin + Math.floor(missing / 2)),
  };
}

/** A rectangle in pixels of the roll. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export const rowHeight = ({ low, high }: PitchRange) => rollHeight / (high - low + 1);

/** Narrower and lower ones could not be seen. */
const [leastWidth, leastHeight] = [2, 3] as const;

/** Reads a signal. @param width of the roll */
export function boxOf(
  { startSeconds, endSeconds, pitch }: Note,
  range: PitchRange,
  width: number,
): Box {
  const { start, length } = view.value;
  const scale = length > 0 ? width / length : 0;
  const row = rowHeight(range);
  const height = Math.max(leastHeight, row - 1);
  return {
    left: (startSeconds - start) * scale,
    top: (range.high - pitch) * row + (row - height) / 2,
    width: Math.max(leastWidth, (endSeconds - startSeconds) * scale - 1),
    height,
  };
}

/** A place in the roll. */
export interface RollPlace {
  readonly x: number;
  readonly y: number;
}

/** By so much one may miss a note. */
const nearPixels = 3;

/** The note at a place; of several the one that is nearest, the shortest first. Reads a signal. */
export function noteAt(
  notes: readonly Note[],
  { x, y }: RollPlace,
  range: PitchRange,
  width: number,
): Note | undefined {
  const away = (note: Note) => {
    const box = boxOf(note, range, width);
    const beside = Math.max(box.left - x, x - box.left - box.width, 0);
    const above = Math.max(box.top - y, y - box.top - box.height, 0);
    return { note, distance: Math.max(beside, above), size: box.width };
  };
  const near = notes.map(away).filter(({ distance }) => distance <= nearPixels);
  near.sort((a, b) => a.distance - b.distance || a.size - b.size);
  return near[0]?.note;
}

/** The time and the pitch of a place. Reads a signal. */
export function valueAt({ x, y }: RollPlace, range: PitchRange, width: number) {
  const { start, length } = view.value;
  return {
    seconds: start + (x / width) * length,
    pitch: range.high - Math.floor(y / rowHeight(range)),
  };
}
