/** Checks what the encoders are given. */

import { badOption, checkOptions } from "../base/options.js";
import type { AudioShape } from "./types.js";

const allBits = [16, 24, 32];
/** What a WAV's header has room for. */
const mostChannels = 65535;

export function checkShape(shape: AudioShape): void {
  checkOptions(shape, "shape");
  const { sampleRate, channelCount, bits } = shape;
  if (!isCount(sampleRate, 2 ** 32 - 1)) {
    throw badOption("sampleRate", "a whole number of samples per second", sampleRate);
  }
  if (!isCount(channelCount, mostChannels)) {
    throw badOption("channelCount", "a whole number from 1 on", channelCount);
  }
  if (!allBits.includes(bits)) throw badOption("bits", `one of ${allBits.join(", ")}`, bits);
}

/** @param from the first frame of `channels` that is wanted; @param to the one after the last */
export function checkFrames(
  channels: readonly Float32Array[],
  channelCount: number,
  from: number,
  to: number,
): void {
  const isAudio =
    Array.isArray(channels) &&
    channels.length === channelCount &&
    channels.every((samples) => samples instanceof Float32Array);
  if (!isAudio) {
    throw badOption("channels", `an array of ${channelCount} Float32Arrays`, kindOf(channels));
  }
  const length = Math.min(...channels.map((samples) => samples.length));
  const isWithin = [from, to].every((frame) => Number.isInteger(frame) && frame >= 0);
  if (isWithin && from <= to && to <= length) return;
  throw badOption("from, to", `frames of the ${length} that there are`, `${from}, ${to}`);
}

function isCount(value: unknown, most: number): boolean {
  return Number.isInteger(value) && Number(value) >= 1 && Number(value) <= most;
}

/** A song's samples have no place in a message. */
function kindOf(value: unknown): unknown {
  return Array.isArray(value) ? `an array of ${value.length}` : value;
}
