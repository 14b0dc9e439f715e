/** Checks options, and fills in what was left out. */

import { DivisiError } from "../base/errors.js";
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
  const { mode = "best", quality = "normal", stems } = options;
  checkOneOf("mode", mode, modes);
  checkOneOf("quality", quality, qualities);
  if (stems) checkStems(stems, known);
  return { mode, quality, stems: stems ?? [] };
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
