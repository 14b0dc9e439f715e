/** A recording as the sampler looks at it: its channels, and what they sound like together. */

import type { PlanarAudio } from "../../audio/types.js";

export interface Recording {
  readonly sampleRate: number;
  readonly frames: number;
  readonly channels: readonly Float32Array[];
  /** The channels' mean. */
  readonly mono: Float32Array;
}

export function recordingOf({ sampleRate, channels }: PlanarAudio): Recording {
  const [first = new Float32Array(0), ...rest] = channels;
  if (rest.length === 0) return { sampleRate, frames: first.length, channels, mono: first };
  const mono = new Float32Array(first.length);
  for (const channel of channels) {
    for (let i = 0; i < mono.length; i++) mono[i] = (mono[i] as number) + (channel[i] as number);
  }
  for (let i = 0; i < mono.length; i++) mono[i] = (mono[i] as number) / channels.length;
  return { sampleRate, frames: mono.length, channels, mono };
}

/** What counts as silence, in dB of full scale. */
export const silenceDb = -120;

/** The level of the frames from `from` to before `to`, in dB of full scale (RMS). */
export function levelDb(samples: Float32Array, from: number, to: number): number {
  const begin = Math.max(0, from);
  const end = Math.min(samples.length, to);
  let sum = 0;
  for (let i = begin; i < end; i++) sum += (samples[i] as number) ** 2;
  return end > begin && sum > 0
    ? Math.max(silenceDb, 10 * Math.log10(sum / (end - begin)))
    : silenceDb;
}

/** The share of samples that lie in runs of three or more at full scale, as clipping leaves them. */
export function clippedShare(channels: readonly Float32Array[], from: number, to: number): number {
  let clipped = 0;
  for (const channel of channels) {
    let run = 0;
    for (let i = from; i < to; i++) {
      if (Math.abs(channel[i] as number) < 0.999) run = 0;
      else if (++run === 3) clipped += 3;
      else if (run > 3) clipped++;
    }
  }
  return clipped / Math.max(1, (to - from) * channels.length);
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? (sorted[middle] as number)
    : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
}
