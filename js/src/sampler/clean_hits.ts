/** Which strokes of a recording of drums sound alone. */

import { findOnset } from "./sound/onset.js";
import { clippedShare, levelDb, type Recording } from "./sound/recording.js";
import type { SampledHit } from "./types.js";

export interface CleanHit {
  readonly hit: SampledHit;
  readonly onset: number;
  /** The frame where the next stroke begins, or the sound is over. */
  readonly end: number;
  /** The higher the cleaner. */
  readonly score: number;
}

const onsetSearch = { before: 0.025, after: 0.04 };
/** Strokes within this are at once. */
const atOnceSeconds = 0.05;
const leastSeconds = 0.06;
/** A stroke's loudest part. */
const strokeSeconds = 0.04;
const before = { seconds: 0.02, cleanDb: -50, mostDb: -10 };
const leastLevelDb = -60;
const mostClipped = 0.001;
/** So far below its loudest part a sound is over. */
const overDb = 60;
const stepSeconds = 0.02;
/** Where the level rises by so much again, to so far below the stroke, another one sounds that wasn't told. */
const untold = { riseDb: 6, belowDb: 24, afterSeconds: 0.04 };
/** More is no better. */
const enoughSeconds = 1;

export function cleanHits(
  recording: Recording,
  hits: readonly SampledHit[],
  maxSeconds: number,
): CleanHit[] {
  const { sampleRate, frames } = recording;
  const sorted = [...hits].sort((a, b) => a.seconds - b.seconds);
  return sorted.flatMap((hit, index) => {
    const last = sorted[index - 1]?.seconds ?? Number.NEGATIVE_INFINITY;
    const next = sorted[index + 1]?.seconds ?? Number.POSITIVE_INFINITY;
    if (hit.seconds - last < atOnceSeconds || next - hit.seconds < leastSeconds) return [];
    const told = Math.round(hit.seconds * sampleRate);
    if (told < 0 || told >= frames) return [];
    const onset = findOnset(recording.mono, sampleRate, told, onsetSearch);
    const longest = onset + Math.round(maxSeconds * sampleRate);
    // The next one may begin a little before it is told to.
    const following = Math.round((next - onsetSearch.before / 2) * sampleRate);
    return measured(recording, hit, onset, Math.min(frames, longest, following)) ?? [];
  });
}

function measured(
  recording: Recording,
  hit: SampledHit,
  onset: number,
  latest: number,
): CleanHit | undefined {
  const { sampleRate, mono, channels } = recording;
  const stroke = levelDb(mono, onset, onset + Math.round(strokeSeconds * sampleRate));
  const end = endOf(recording, onset, latest, stroke);
  const seconds = (end - onset) / sampleRate;
  if (seconds < leastSeconds || stroke < leastLevelDb) return undefined;
  const clipped = clippedShare(channels, onset, end);
  const lead = Math.round(before.seconds * sampleRate);
  const rest = levelDb(mono, onset - lead, onset) - stroke;
  if (clipped > mostClipped || rest > before.mostDb) return undefined;
  const score =
    2 * Math.log2(Math.min(enoughSeconds, seconds)) -
    Math.max(0, rest - before.cleanDb) / 6 -
    2000 * clipped;
  return { hit, onset, end, score };
}

/** The frame where the next stroke begins that wasn't told, or from which on the sound stays too quiet. */
function endOf(
  { sampleRate, mono }: Recording,
  onset: number,
  latest: number,
  strokeDb: number,
): number {
  const step = Math.round(stepSeconds * sampleRate);
  const levelAt = (frame: number) => levelDb(mono, frame, frame + step);
  let end = latest;
  for (
    let at = onset + Math.round(untold.afterSeconds * sampleRate);
    at + step < end;
    at += step >> 1
  ) {
    const level = levelAt(at);
    if (level < strokeDb - untold.belowDb || level < levelAt(at - step) + untold.riseDb) continue;
    end = at - (step >> 1);
  }
  while (end - step > onset && levelAt(end - step) < strokeDb - overDb) end -= step;
  return end;
}
