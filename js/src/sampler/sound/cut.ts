/** Cuts a sound out of a recording: without clicks at its ends, and with a loop where there is one. */

import type { SampleLoop } from "../types.js";
import type { Recording } from "./recording.js";

/** What is kept before an onset. */
const leadSeconds = 0.003;
/** Players interpolate across the end of a loop: what they find there is what follows its start. */
const afterLoop = 48;

export interface Cut {
  /** The frame in the recording that is the first one of the sound. */
  readonly start: number;
  readonly channels: Float32Array<ArrayBuffer>[];
}

/** The frame that a sound with this onset is cut from: shortly before, but after `earliest`. */
export function startOf(onset: number, sampleRate: number, earliest: number): number {
  return Math.max(0, earliest, Math.round(onset - leadSeconds * sampleRate));
}

/** The frames from `start` to before `end`, faded in over the lead and out over `fadeSeconds`. */
export function cut(recording: Recording, start: number, end: number, fadeSeconds: number): Cut {
  const { sampleRate } = recording;
  const channels = recording.channels.map((channel) => channel.slice(start, end));
  const frames = end - start;
  const fadeIn = Math.min(frames >> 1, Math.round(leadSeconds * sampleRate));
  const fadeOut = Math.min(frames >> 1, Math.round(fadeSeconds * sampleRate));
  for (const channel of channels) {
    for (let i = 0; i < fadeIn; i++) channel[i] = (channel[i] as number) * raised(i / fadeIn);
    for (let i = 0; i < fadeOut; i++) {
      const at = frames - 1 - i;
      channel[at] = (channel[at] as number) * raised(i / fadeOut);
    }
  }
  return { start, channels };
}

/** From 0 to 1 without a corner at either end. */
function raised(share: number): number {
  return 0.5 - 0.5 * Math.cos(Math.PI * share);
}

/**
 * Has the end of a loop become what lies before its start, so that the seam isn't heard, and ends the
 * sound there.
 *
 * @param alike how alike the two are, as a correlation: what is alike keeps its level in a cross-fade of
 *   amplitudes, what isn't in one of powers
 */
export function bakeLoop(
  channels: readonly Float32Array<ArrayBuffer>[],
  { start, end }: SampleLoop,
  alike: number,
  sampleRate: number,
): Float32Array<ArrayBuffer>[] {
  const frames = Math.min(start, (end - start) >> 1, Math.round(0.03 * sampleRate));
  return channels.map((channel) => {
    const baked = channel.slice(0, end + afterLoop);
    for (let i = 0; i < frames; i++) {
      const share = raised((i + 0.5) / frames);
      const level = Math.hypot(1 - share, share, Math.sqrt(2 * share * (1 - share) * alike));
      const from = channel[start - frames + i] as number;
      const to = channel[end - frames + i] as number;
      baked[end - frames + i] = ((1 - share) * to + share * from) / level;
    }
    for (let i = 0; end + i < baked.length; i++) baked[end + i] = channel[start + i] as number;
    return baked;
  });
}
