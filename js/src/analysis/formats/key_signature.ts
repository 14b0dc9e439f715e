/** Keys as notation has them. */

import type { Key } from "../types.js";

/** As analyses name tonics: with a sharp where they have one. */
const tonics = ["C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B"];

/** Sharps of a key's signature; below 0, flats. Of two names of a key, the one with fewer. */
export function fifthsOf({ tonic, mode }: Pick<Key, "tonic" | "mode">): number {
  const major = tonics.indexOf(tonic) + (mode === "minor" ? 3 : 0);
  const sharps = (major * 7) % 12; // fifths above C
  return sharps > 6 ? sharps - 12 : sharps;
}

/** @param name as analyses have it: "F#". @returns 6; 0 is C */
export function pitchClass(name: string): number {
  return tonics.indexOf(name);
}
