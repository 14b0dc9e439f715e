/** The stretch of a song that is played again and again: as the app says it, and in frames. */

import { DivisiError } from "../base/errors.js";
import { show } from "../base/show.js";
import type { LoopFrames } from "../live/playback/messages.js";
import type { SongRange } from "./types.js";

/** The whole song, a stretch of it, or none. */
export type Loop = boolean | SongRange;

/** @returns a copy that the app cannot change */
export function checkLoop(loop: Loop): Loop {
  if (typeof loop === "boolean") return loop;
  const { start, end } = (loop ?? {}) as Partial<SongRange>;
  const isRange = typeof start === "number" && typeof end === "number" && Number.isFinite(end);
  if (isRange && start >= 0 && start < end) return { start, end };
  const got = typeof loop === "object" && loop ? `start ${start}, end ${end}` : show(loop);
  throw new DivisiError(
    "bad-option",
    `loop: expected a boolean or { start, end } in seconds, got ${got}`,
  );
}

/** Seconds at which the song starts again after its end. */
export function loopStart(loop: Loop): number {
  return typeof loop === "object" ? loop.start : 0;
}

/** @returns what of a song of `frameCount` frames the loop covers, one frame at least */
export function loopFrames(
  loop: Loop,
  sampleRate: number,
  frameCount: number,
): LoopFrames | undefined {
  if (loop === false) return undefined;
  if (loop === true) return { begin: 0, end: frameCount };
  const begin = Math.min(Math.round(loop.start * sampleRate), frameCount - 1);
  const end = Math.min(Math.round(loop.end * sampleRate), frameCount);
  return { begin, end: Math.max(end, begin + 1) };
}
