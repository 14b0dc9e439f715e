/** What separating a song takes, in words. */

import { strings } from "../shared/strings.js";
import type { Song } from "../songs/types.js";
import { type Cost, costOf } from "./costs.js";

/** Undefined as long as the song's length is not known. Reads signals. */
export function songCost(model: string, stemCount: number, song: Song): Cost | undefined {
  const audio = song.audio.value;
  const seconds = song.duration.value;
  if (seconds === undefined) return undefined;
  // A song that was put away is stereo as nearly all are.
  const { sampleRate, channels } = audio ?? { sampleRate: 44_100, channels: [0, 1] };
  return costOf(model, stemCount, { seconds, sampleRate, channelCount: channels.length });
}

/** "about 2 minutes and 0.6 GB on this device". Reads signals. */
export function costText(model: string, stemCount: number, song: Song): string {
  const cost = songCost(model, stemCount, song);
  return cost ? textOf(cost) : "";
}

export function textOf({ seconds, memoryBytes, isMeasured }: Cost): string {
  const text = strings.cost;
  const time = seconds === undefined ? undefined : roughTime(seconds);
  const memory = memoryBytes === undefined ? undefined : gigabytes(memoryBytes);
  if (time === undefined) return memory === undefined ? text.unknown : text.memory(memory);
  const what = memory === undefined ? text.time(time) : text.all(time, memory);
  return `${what} (${isMeasured ? text.measured : text.guessed})`;
}

/** Two digits would promise more than is known. */
export function gigabytes(bytes: number): string {
  return strings.cost.gigabytes(Math.max(0.1, bytes / 1e9).toFixed(1));
}

/** No finer than a guess can be. */
function roughTime(seconds: number): string {
  const { seconds: inSeconds, minutes, hours } = strings.cost;
  if (seconds < 10) return inSeconds(Math.max(1, Math.round(seconds)));
  if (seconds < 58) return inSeconds(5 * Math.round(seconds / 5));
  if (seconds < 90 * 60) return minutes(Math.round(seconds / 60));
  return hours((seconds / 3600).toFixed(1));
}
