/** Finds frames of a sustained sound that may repeat: whole periods, whose ends are alike. */

import type { SampleLoop } from "../types.js";
import { levelDb } from "./recording.js";

export interface FoundLoop extends SampleLoop {
  /** How alike the sound is around both ends: a correlation, up to 1. */
  readonly alike: number;
}

/** What is looped. */
export interface LoopedSound {
  readonly mono: Float32Array;
  readonly sampleRate: number;
  /** The fundamental. */
  readonly hz: number;
  /** How far the mean pitch of these frames lies off that of the sound, in semitones. */
  pitchError(from: number, to: number): number;
}

/** Where loops lie, as shares of the sound: not in the attack, nor where it fades. */
const within = { from: 0.25, to: 0.92 };
const leastPeriods = 6;
const leastSeconds = 0.04;
const leastAlike = 0.85;
/** Both ends sound at the same level, about. */
const mostLevelDifference = 2;
/** A loop lasts: it is in tune, and nobody hears another pitch than before. */
const mostPitchError = 0.06;
/** Ends, and starts for each, that are tried. */
const tried = { ends: 10, starts: 24 };
/** So much better than half a loop sounds one twice as long. */
const gainOfDouble = 0.01;

export function findLoop(sound: LoopedSound): FoundLoop | undefined {
  const { mono, sampleRate, hz } = sound;
  const period = sampleRate / hz;
  const window = Math.round(Math.max(2 * period, 0.01 * sampleRate));
  const first = Math.ceil(Math.max(within.from * mono.length, window));
  const last = Math.floor(Math.min(within.to * mono.length, mono.length - window));
  const least = Math.max(leastPeriods * period, leastSeconds * sampleRate);
  if (last - first < least) return undefined;
  let best: (FoundLoop & { readonly score: number }) | undefined;
  const room = (last - first - least) / 2;
  for (let e = 0; e < tried.ends; e++) {
    const end = Math.round(last - (room * e) / tried.ends);
    const longest = Math.floor((end - first) / period);
    const shortest = Math.ceil(least / period);
    const steps = Math.max(1, Math.ceil((longest - shortest + 1) / tried.starts));
    for (let periods = longest; periods >= shortest; periods -= steps) {
      const found = alignStart(mono, end - periods * period, end, window, period);
      if (!found || found.alike < leastAlike) continue;
      const score = found.alike + gainOfDouble * Math.log2(end - found.start);
      if (best && score <= best.score) continue;
      if (!fits(sound, found.start, end, window)) continue;
      best = { ...found, end, score };
    }
  }
  return best && { start: best.start, end: best.end, alike: best.alike };
}

function fits(sound: LoopedSound, start: number, end: number, window: number): boolean {
  const { mono } = sound;
  const half = window >> 1;
  const levels = [start, end].map((at) => levelDb(mono, at - half, at + half)) as [number, number];
  return (
    Math.abs(levels[0] - levels[1]) <= mostLevelDifference &&
    sound.pitchError(start, end) <= mostPitchError
  );
}

/** The start near `guess` whose surroundings are most like those of `end`. */
function alignStart(
  mono: Float32Array,
  guess: number,
  end: number,
  window: number,
  period: number,
): { start: number; alike: number } | undefined {
  const reach = Math.ceil(period / 2);
  const middle = Math.round(guess);
  let best: { start: number; alike: number } | undefined;
  const coarse = Math.max(1, Math.floor(period / 32));
  const tryAt = (start: number) => {
    if (start - (window >> 1) < 0) return;
    const alike = correlation(mono, start, end, window);
    if (!best || alike > best.alike) best = { start, alike };
  };
  for (let start = middle - reach; start <= middle + reach; start += coarse) tryAt(start);
  const around = best?.start ?? middle;
  for (let start = around - coarse + 1; start < around + coarse; start++) tryAt(start);
  return best;
}

/** Of the windows around two frames, 1 where they are the same but for their level. */
function correlation(mono: Float32Array, a: number, b: number, window: number): number {
  const half = window >> 1;
  let [ab, aa, bb] = [0, 0, 0];
  for (let i = -half; i < half; i++) {
    const x = mono[a + i] ?? 0;
    const y = mono[b + i] ?? 0;
    ab += x * y;
    aa += x * x;
    bb += y * y;
  }
  return aa > 0 && bb > 0 ? ab / Math.sqrt(aa * bb) : 0;
}
