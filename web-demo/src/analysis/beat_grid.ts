/** Beats as a grid: the one next to a time, the bars. */

import type { Beat, SongRange } from "divisi";

/** Where a bar begins. */
export interface Bar {
  readonly seconds: number;
  /** From 1; a pick-up before the first downbeat is bar 0, as in JAMS. */
  readonly number: number;
  /** Of its first beat, among all. */
  readonly index: number;
}

export function barsOf(beats: readonly Beat[]): Bar[] {
  const starts = beats.flatMap(({ seconds, number }, index) =>
    number === 1 || index === 0 ? [{ seconds, index }] : [],
  );
  const first = beats[0]?.number === 1 ? 1 : 0;
  return starts.map((start, place) => ({ ...start, number: first + place }));
}

/** Something with a place in the song, in an ordered list of such. */
interface Placed {
  readonly seconds: number;
}

/** The index of the last one that is not after `seconds`; -1: none. */
export function indexAt(placed: readonly Placed[], seconds: number): number {
  let low = 0;
  let high = placed.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((placed[middle]?.seconds ?? 0) <= seconds) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** A place is rounded to a frame, and so may lie just before the beat that it is meant to lie on. */
export const frameSeconds = 0.0005;

/** The index of the one that a song has come to. */
export function indexHeard(placed: readonly Placed[], seconds: number): number {
  return indexAt(placed, seconds + frameSeconds);
}

/** The nearest of the grid's times, or `seconds` itself where there is none. */
export function nearest(grid: readonly Placed[], seconds: number): number {
  const index = indexAt(grid, seconds);
  const [before, after] = [grid[index]?.seconds, grid[index + 1]?.seconds];
  if (before === undefined) return after ?? seconds;
  if (after === undefined) return before;
  return seconds - before <= after - seconds ? before : after;
}

/** Two times that are nearer are the same one: no beats lie so close. */
const sameSeconds = 0.01;

/** The next of the grid's times, or the one before it; undefined where there is none. */
export function neighbour(
  grid: readonly Placed[],
  seconds: number,
  direction: 1 | -1,
): number | undefined {
  if (direction > 0) return grid[indexAt(grid, seconds + sameSeconds) + 1]?.seconds;
  const index = indexAt(grid, seconds - sameSeconds);
  return grid[index]?.seconds;
}

/**
 * A stretch with its ends on the grid: at least one step of it, in the direction in which it was
 * drawn.
 */
export function stretch(grid: readonly Placed[], from: number, to: number): SongRange {
  const [begin, end] = [nearest(grid, from), nearest(grid, to)];
  if (begin !== end) return { start: Math.min(begin, end), end: Math.max(begin, end) };
  const other = neighbour(grid, begin, to < from ? -1 : 1) ?? to;
  return { start: Math.min(begin, other), end: Math.max(begin, other) };
}
