/** What callers hand in as audio, checked and cut into slices that may be transferred to a Worker. */

import { DivisiError } from "../base/errors.js";
import type { AudioBufferLike, AudioInput, AudioStream, PlanarAudio } from "./types.js";

/** One slice: copies, so that the caller's arrays stay whole. */
export type Slice = Float32Array<ArrayBuffer>[];

export interface AudioSource {
  readonly sampleRate: number;
  readonly channelCount: number;
  readonly frameCount: number | undefined;
  /** Whether the song goes on after the last slice, so that its end is not to be computed. */
  readonly goesOn?: boolean;
  slices(): AsyncGenerator<Slice, void, void>;
}

/** A song that is in memory as a whole. */
export interface WholeSong extends AudioSource {
  readonly frameCount: number;
  /** The frames from `begin` to before `end`. */
  part(begin: number, end: number): AudioSource;
}

/** A slice takes the page well under a millisecond to copy, and the Worker at most one chunk. */
const sliceFrames = 65536;

/**
 * Checks what would be misread on the way; what the engine can take in rates and channel counts it
 * says itself.
 */
export function openAudio(audio: AudioInput | AudioStream): AudioSource {
  if (typeof audio !== "object" || audio === null) throw notAudio();
  if ("blocks" in audio) return openStream(audio);
  if ("getChannelData" in audio) return openPlanar(fromAudioBuffer(audio));
  if ("channels" in audio) return openPlanar(audio);
  throw notAudio();
}

/** Whether parts of it can be read anywhere. */
export function isWhole(source: AudioSource): source is WholeSong {
  return "part" in source;
}

function notAudio(): DivisiError {
  return new DivisiError(
    "bad-audio",
    "expected an AudioBuffer, { sampleRate, channels } or { sampleRate, channelCount, blocks }",
  );
}

function fromAudioBuffer(buffer: AudioBufferLike): PlanarAudio {
  const channels = Array.from({ length: buffer.numberOfChannels }, (_, channel) =>
    buffer.getChannelData(channel),
  );
  return { sampleRate: buffer.sampleRate, channels };
}

function openPlanar({ sampleRate, channels }: PlanarAudio): WholeSong {
  checkRate(sampleRate);
  if (!Array.isArray(channels)) throw notAudio();
  const frameCount = frameCountOf(channels);
  const part = (begin: number, end: number): AudioSource => ({
    sampleRate,
    channelCount: channels.length,
    frameCount: end - begin,
    goesOn: end < frameCount,
    async *slices() {
      yield* cut(channels, begin, end);
    },
  });
  return { ...part(0, frameCount), frameCount, part };
}

function openStream({ sampleRate, channelCount, frameCount, blocks }: AudioStream): AudioSource {
  checkRate(sampleRate);
  if (!Number.isInteger(channelCount)) {
    throw new DivisiError(
      "bad-audio",
      `channelCount: expected a whole number, got ${channelCount}`,
    );
  }
  return {
    sampleRate,
    channelCount,
    frameCount,
    async *slices() {
      for await (const block of blocks) {
        const frames = frameCountOf(block);
        if (block.length !== channelCount) {
          throw new DivisiError(
            "bad-audio",
            `expected blocks of ${channelCount} channels, got one of ${block.length}`,
          );
        }
        yield* cut(block, 0, frames);
      }
    },
  };
}

function* cut(channels: readonly Float32Array[], begin: number, end: number): Generator<Slice> {
  for (let start = begin; start < end; start += sliceFrames) {
    const sliceEnd = Math.min(start + sliceFrames, end);
    yield channels.map((samples) => new Float32Array(samples.subarray(start, sliceEnd)));
  }
}

function checkRate(sampleRate: number): void {
  // The engine counts in 32-bit integers, which would wrap or cut off anything else.
  if (!Number.isInteger(sampleRate) || Math.abs(sampleRate) >= 2 ** 31) {
    throw new DivisiError(
      "bad-audio",
      `sampleRate: expected a whole number of samples per second, got ${sampleRate}`,
    );
  }
}

function frameCountOf(channels: readonly Float32Array[]): number {
  const frameCount = channels[0]?.length ?? 0;
  channels.forEach((samples, channel) => {
    if (!(samples instanceof Float32Array)) {
      throw new DivisiError("bad-audio", `channel ${channel}: expected a Float32Array`);
    }
    if (samples.length !== frameCount) {
      throw new DivisiError(
        "bad-audio",
        `channel ${channel} has ${samples.length} frames, channel 0 has ${frameCount}`,
      );
    }
  });
  return frameCount;
}
