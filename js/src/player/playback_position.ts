/** Where a song is between two reports of the processor that plays it. */

import type { LoopFrames, PlayerReport } from "../live/playback/messages.js";

/** @param contextFrame the context's time now, in frames */
export function songFrameAt(
  report: PlayerReport,
  contextFrame: number,
  loop: LoopFrames | undefined,
  frameCount: number,
): number {
  const elapsed = report.moving ? Math.max(0, contextFrame - report.contextFrame) : 0;
  const frame = report.songFrame + elapsed;
  if (loop && report.songFrame < loop.end && frame >= loop.end) {
    return loop.begin + ((frame - loop.begin) % (loop.end - loop.begin));
  }
  return Math.min(frame, frameCount);
}
