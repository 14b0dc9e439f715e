/** Checks options, and fills in what was left out. */

import { badOption, checkOneOf, checkOptions } from "../base/options.js";
import type { SeparateOptions, SeparationMode, SeparationQuality } from "./types.js";

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
  checkOptions(options);
  const { mode = "best", quality = "normal", stems } = options;
  checkOneOf("mode", mode, modes);
  checkOneOf("quality", quality, qualities);
  if (stems !== undefined) checkStems(stems, known);
  return { mode, quality, stems: stems ?? [] };
}

function checkStems(stems: unknown, known: readonly string[]): void {
  if (!Array.isArray(stems)) throw badOption("stems", "an array", stems);
  for (const stem of stems) checkOneOf("stems", stem, known);
  if (stems.length === 0 || new Set(stems).size < stems.length) {
    const expected = `one or more different names of ${known.join(", ")}`;
    throw badOption("stems", expected, stems);
  }
}
