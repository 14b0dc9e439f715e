/** Checks options, and fills in what was left out. */

import { platform } from "#platform";
import { DivisiError } from "../base/errors.js";
import type { SeparateOptions, SeparationMode, SeparationQuality } from "../types.js";

const modes: readonly SeparationMode[] = ["best", "reference"];
const qualities: readonly SeparationQuality[] = ["normal", "high"];

export interface CheckedOptions {
  mode: SeparationMode;
  quality: SeparationQuality;
  /** In the caller's order; empty: all. */
  stems: readonly string[];
}

export function checkSeparateOptions(
  options: SeparateOptions,
  known: readonly string[],
): CheckedOptions {
  const { mode = "best", quality = "normal", stems } = options;
  checkOneOf("mode", mode, modes);
  checkOneOf("quality", quality, qualities);
  if (stems) checkStems(stems, known);
  return { mode, quality, stems: stems ?? [] };
}

/** Each takes a core and, with the catalogue's models, about 200 MB. */
const maxWorkers = 16;

/** @returns how many workers a separator may have at most. */
export function workerCount(wanted: unknown): number {
  if (wanted === undefined) return defaultWorkers();
  if (Number.isInteger(wanted) && Number(wanted) >= 1 && Number(wanted) <= maxWorkers) {
    return Number(wanted);
  }
  const shown = typeof wanted === "number" ? wanted : JSON.stringify(wanted);
  throw new DivisiError(
    "bad-option",
    `workers: expected a whole number from 1 to ${maxWorkers}, got ${shown}`,
  );
}

/** Two where there are two cores and, as far as the browser says, 4 GB of memory. */
function defaultWorkers(): number {
  const { cores, memoryGiB = Number.POSITIVE_INFINITY } = platform.device();
  return cores >= 2 && memoryGiB >= 4 ? 2 : 1;
}

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
  const shown = typeof hopSeconds === "number" ? hopSeconds : JSON.stringify(hopSeconds);
  throw new DivisiError(
    "bad-option",
    `hopSeconds: expected ${frameSeconds} to ${most} seconds, got ${shown}`,
  );
}

function checkStems(stems: readonly string[], known: readonly string[]): void {
  if (!Array.isArray(stems)) {
    throw new DivisiError("bad-option", `stems: expected an array, got ${JSON.stringify(stems)}`);
  }
  for (const stem of stems) checkOneOf("stems", stem, known);
  if (stems.length === 0 || new Set(stems).size < stems.length) {
    throw new DivisiError(
      "bad-option",
      `stems: expected one or more different names of ${known.join(", ")}, ` +
        `got ${JSON.stringify(stems)}`,
    );
  }
}

function checkOneOf(option: string, value: string, allowed: readonly string[]): void {
  if (allowed.includes(value)) return;
  throw new DivisiError(
    "bad-option",
    `${option}: expected one of ${allowed.join(", ")}, got ${JSON.stringify(value)}`,
  );
}
