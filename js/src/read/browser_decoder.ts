/** The browser's own decoders. */

import type { PlanarAudio } from "../audio/types.js";

const usualRate = 44100;
/** Where a rate can't be had, the next one of these that can: none of the song's band is lost. */
const commonRates = [44100, 48000, 88200, 96000, 176400, 192000];

/** Whether there are any: Workers and Node have none. */
export function hasDecoders(): boolean {
  return typeof OfflineAudioContext !== "undefined";
}

/**
 * decodeAudioData resamples to its context's rate, so that is to be the file's own.
 *
 * @throws the browser's EncodingError for what it can't decode
 */
export async function decodeByBrowser(
  file: Blob,
  sampleRate: number | undefined,
): Promise<PlanarAudio> {
  const context = contextOf(sampleRate ?? usualRate);
  const buffer = await context.decodeAudioData(await file.arrayBuffer());
  const channels = Array.from({ length: buffer.numberOfChannels }, (_, channel) =>
    buffer.getChannelData(channel),
  );
  return { sampleRate: buffer.sampleRate, channels };
}

/** Browsers differ in the rates that they take. */
function contextOf(sampleRate: number): OfflineAudioContext {
  const higher = commonRates.filter((rate) => rate > sampleRate);
  const lower = commonRates.filter((rate) => rate < sampleRate).reverse();
  for (const rate of [sampleRate, ...higher, ...lower]) {
    try {
      return new OfflineAudioContext(1, 1, rate);
    } catch {
      // Not this one.
    }
  }
  return new OfflineAudioContext(1, 1, usualRate);
}
