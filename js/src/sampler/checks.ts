/** Checks what the sampler is given. */

import type { AudioInput, PlanarAudio } from "../audio/types.js";
import { DivisiError } from "../base/errors.js";
import { badOption, inRange } from "../base/options.js";
import type { SampledHit } from "./types.js";

/** @return the same audio, planar; nothing is copied */
export function planarOf(audio: AudioInput): PlanarAudio {
  if (typeof audio !== "object" || audio === null) throw notAudio();
  const { sampleRate } = audio;
  const channels =
    "getChannelData" in audio && typeof audio.getChannelData === "function"
      ? Array.from({ length: audio.numberOfChannels }, (_, index) => audio.getChannelData(index))
      : (audio as PlanarAudio).channels;
  if (!Array.isArray(channels) || !channels.every((each) => each instanceof Float32Array)) {
    throw notAudio();
  }
  if (channels.length === 0 || channels.length > 8) {
    throw new DivisiError("bad-audio", `expected 1 to 8 channels, got ${channels.length}`);
  }
  if (channels.some(({ length }) => length !== channels[0]?.length)) {
    throw new DivisiError("bad-audio", "channels differ in length");
  }
  if (!Number.isInteger(sampleRate) || sampleRate < 8000 || sampleRate > 192000) {
    throw badOption("sampleRate", "a whole number from 8000 to 192000", sampleRate);
  }
  return { sampleRate, channels };
}

function notAudio(): DivisiError {
  return new DivisiError("bad-audio", "expected an AudioBuffer or { sampleRate, channels }");
}

export function checkHits(hits: unknown): asserts hits is readonly SampledHit[] {
  if (!Array.isArray(hits) || !hits.every(isHit)) throw badOption("hits", "hits", hits);
}

function isHit(value: unknown): value is SampledHit {
  const { seconds, instrument, note, velocity } = (value ?? {}) as Partial<SampledHit>;
  return (
    [seconds, velocity].every(Number.isFinite) && isKey(note) && typeof instrument === "string"
  );
}

export function isKey(value: unknown): value is number {
  return Number.isInteger(value) && Number(value) >= 0 && Number(value) <= 127;
}

/** @returns the number, where it is one or missing. */
export function inRangeOr(
  name: string,
  value: unknown,
  [low, high]: readonly [number, number],
  fallback: number,
): number {
  return value === undefined ? fallback : inRange(name, value, low, high);
}
