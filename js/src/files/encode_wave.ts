/** A whole song as the bytes of a WAV. */

import type { PlanarAudio } from "../audio/types.js";
import { DivisiError } from "../base/errors.js";
import { checkOptions } from "../base/options.js";
import { checkFrames, checkShape } from "./checks.js";
import type { SampleBits } from "./types.js";
import { WaveEncoder, waveHeader } from "./wave.js";

/** How a WAV is written. */
export interface WaveOptions {
  /** Of a sample: 16 (default, dithered), 24, or 32, which are floats and keep every bit. */
  readonly bits?: SampleBits;
}

/**
 * Audio as the bytes of a WAV file: a song, or a stem.
 *
 * ```ts
 * const { sampleRate, stems } = await separator.separate(file);
 * const bytes = encodeWave({ sampleRate, channels: stems.vocals ?? [] }, { bits: 24 });
 * save("vocals.wav", new Blob([bytes], { type: "audio/wav" }));
 * ```
 *
 * Samples beyond ±1 are cut off at 16 and 24 bits. `WaveEncoder` of `divisi/files` does it block by
 * block, and counts those samples.
 *
 * @throws DivisiError "bad-option" for what is no audio, "out-of-memory" for what doesn't fit in
 */
export function encodeWave(audio: PlanarAudio, options: WaveOptions = {}): Uint8Array<ArrayBuffer> {
  checkOptions(audio, "audio");
  checkOptions(options);
  const { sampleRate, channels } = audio;
  const { bits = 16 } = options;
  const channelCount = Array.isArray(channels) ? channels.length : 0;
  const shape = { sampleRate, channelCount, bits };
  checkShape(shape);
  const frames = channels[0]?.length ?? 0;
  checkFrames(channels, channelCount, 0, frames);
  try {
    const header = waveHeader(shape, frames);
    const dataBytes = (frames * channelCount * bits) / 8;
    const file = new Uint8Array(header.length + dataBytes + (dataBytes % 2));
    file.set(header);
    const encoder = new WaveEncoder(shape);
    for (let from = 0; from < frames; from += blockFrames) {
      const bytes = encoder.encode(channels, from, Math.min(from + blockFrames, frames));
      file.set(bytes, header.length + (from * channelCount * bits) / 8);
    }
    return file;
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new DivisiError("out-of-memory", `no room for a WAV of ${frames} frames`, { cause });
  }
}

/** Beside the file only so much is in memory twice. */
const blockFrames = 65536;
