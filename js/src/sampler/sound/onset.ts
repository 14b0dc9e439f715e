/** Where a sound begins, to the millisecond: transcriptions tell it to about ten. */

import { levelDb } from "./recording.js";

const stepSeconds = 0.001;
/** What is looked at for the level of one place. */
const spanSeconds = 0.004;
/** So far below the sound's peak it begins. */
const belowPeakDb = 30;

/** Where to look, in seconds before and after where it is told to begin. */
export interface OnsetSearch {
  readonly before: number;
  readonly after: number;
}

/**
 * @param told the frame where it is told to begin.
 * @return the frame where it begins; `told` where the sound before is as loud, as in legato
 */
export function findOnset(
  mono: Float32Array,
  sampleRate: number,
  told: number,
  { before, after }: OnsetSearch,
): number {
  const step = Math.max(1, Math.round(stepSeconds * sampleRate));
  const span = Math.round(spanSeconds * sampleRate);
  const first = Math.max(0, Math.round(told - before * sampleRate));
  const last = Math.min(mono.length - span, Math.round(told + after * sampleRate));
  const levels: number[] = [];
  for (let at = first; at <= last; at += step) levels.push(levelDb(mono, at, at + span));
  if (levels.length === 0) return told;
  const peak = levels.indexOf(levels.reduce((a, b) => Math.max(a, b)));
  const threshold = (levels[peak] as number) - belowPeakDb;
  let rise = peak;
  while (rise > 0 && (levels[rise - 1] as number) > threshold) rise--;
  // (A step is loud enough as soon as its end is.)
  return rise === 0 && (levels[0] as number) > threshold
    ? told
    : Math.min(mono.length, first + rise * step + span - step);
}
