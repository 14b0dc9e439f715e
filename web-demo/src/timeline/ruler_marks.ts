/** What a ruler in bars and beats shows of a stretch: no more than can be read there. */

import type { Beat } from "divisi";
import { type Bar, indexAt } from "../analysis/beat_grid.js";

/** Ticks that lie closer say nothing. */
const leastTickPixels = 5;
/** A number of four digits, and air. */
const leastNumberPixels = 44;

export interface Stretch {
  readonly start: number;
  readonly end: number;
}

export interface RulerMarks {
  readonly numbers: readonly Bar[];
  /** Where bars begin, and where other beats are, in seconds. */
  readonly bars: readonly number[];
  readonly beats: readonly number[];
}

/** @param bars of the same beats */
export function rulerMarks(
  beats: readonly Beat[],
  bars: readonly Bar[],
  stretch: Stretch,
  pixelsPerSecond: number,
): RulerMarks {
  const barPixels = spacing(bars) * pixelsPerSecond;
  const inView = within(bars, stretch);
  const step = numberStep(barPixels);
  const numbers = inView.filter(({ number }) => number > 0 && (number - 1) % step === 0);
  const barTicks = barPixels < leastTickPixels ? numbers : inView;
  const beatTicks = showsBeats(beats, pixelsPerSecond) ? within(beats, stretch) : [];
  return {
    numbers,
    bars: barTicks.map(({ seconds }) => seconds),
    beats: beatTicks.filter(({ number }) => number !== 1).map(({ seconds }) => seconds),
  };
}

/** Whether single beats can be told apart. */
export function showsBeats(beats: readonly Beat[], pixelsPerSecond: number): boolean {
  return spacing(beats) * pixelsPerSecond >= leastTickPixels;
}

/** Every bar, or every second, fourth, eighth … one has its number. */
function numberStep(barPixels: number): number {
  return 2 ** Math.max(0, Math.ceil(Math.log2(leastNumberPixels / Math.max(barPixels, 1e-6))));
}

/** On average, in seconds. */
function spacing(placed: readonly { readonly seconds: number }[]): number {
  const [first, last] = [placed[0], placed.at(-1)];
  return first && last && placed.length > 1
    ? (last.seconds - first.seconds) / (placed.length - 1)
    : Number.POSITIVE_INFINITY;
}

function within<T extends { readonly seconds: number }>(
  placed: readonly T[],
  { start, end }: Stretch,
): readonly T[] {
  const first = indexAt(placed, start);
  const exact = placed[first]?.seconds === start;
  return placed.slice(exact ? first : first + 1, indexAt(placed, end) + 1);
}
