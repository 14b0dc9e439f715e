/** The parts of the analysis, by their names. */

import { DivisiError } from "../base/errors.js";
import { beatsPart } from "./beats_part.js";
import { chordsPart } from "./chords_part.js";
import { keyPart } from "./key_part.js";
import { loudnessPart } from "./loudness_part.js";
import type { PartDefinition } from "./part.js";
import { sectionsPart } from "./sections_part.js";
import type { AnalysisPart, AnalysisParts } from "./types.js";

export const parts: { readonly [P in AnalysisPart]: PartDefinition<AnalysisParts[P]> } = {
  beats: beatsPart,
  key: keyPart,
  chords: chordsPart,
  sections: sectionsPart,
  loudness: loudnessPart,
};

export const partNames = Object.keys(parts) as AnalysisPart[];

/** @param allowed undefined: all there are. @returns the names, each once; all that are allowed by default. */
export function checkParts(
  names: unknown,
  allowed: readonly AnalysisPart[] = partNames,
): readonly AnalysisPart[] {
  if (names === undefined) return allowed;
  const expected = `expected a list of ${allowed.map((name) => `"${name}"`).join(", ")}`;
  if (!Array.isArray(names) || names.length === 0) {
    throw new DivisiError("bad-option", `parts: ${expected}, got ${JSON.stringify(names)}`);
  }
  const chosen = names.map((name) => {
    const found = allowed.find((each) => each === name);
    if (found !== undefined) return found;
    const missing = partNames.some((each) => each === name)
      ? ", which the analyser was not made with"
      : "";
    throw new DivisiError(
      "bad-option",
      `parts: ${expected}, got ${JSON.stringify(name)}${missing}`,
    );
  });
  return [...new Set(chosen)];
}
