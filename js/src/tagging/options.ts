/** Checks the options of tagging. */

import { badOption } from "../base/options.js";

/** The frames that a tagging model counts in. */
export interface PatchFrames {
  readonly frameSeconds: number;
  readonly patchFrames: number;
}

/** @returns mel frames from patch to patch; 0: the model's own. */
export function checkHop(hopSeconds: unknown, { frameSeconds, patchFrames }: PatchFrames): number {
  if (hopSeconds === undefined) return 0;
  const hopFrames = typeof hopSeconds === "number" ? Math.round(hopSeconds / frameSeconds) : 0;
  if (hopFrames >= 1 && hopFrames <= patchFrames) return hopFrames;
  const most = patchFrames * frameSeconds;
  throw badOption("hopSeconds", `${frameSeconds} to ${most} seconds`, hopSeconds);
}
