/** The names of notes in a key, by the line of fifths: … Bb, F, C, G, D … */

import type { Key } from "../../analysis/types.js";

type Step = "C" | "D" | "E" | "F" | "G" | "A" | "B";

export interface Spelled {
  readonly step: Step;
  /** Sharps; below 0, flats. */
  readonly alter: number;
}

const line: readonly Step[] = ["F", "C", "G", "D", "A", "E", "B"];
const tonics = ["C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B"];

/** Sharps of a key's signature; below 0, flats. Of two names of a key, the one with fewer. */
export function fifthsOf({ tonic, mode }: Pick<Key, "tonic" | "mode">): number {
  const major = tonics.indexOf(tonic) + (mode === "minor" ? 3 : 0);
  const sharps = (major * 7) % 12;
  return sharps > 6 ? sharps - 12 : sharps;
}

/**
 * Twelve neighbours of the line spell every pitch: those of the key, and around them, as musicians write
 * them, more raised than lowered notes in minor, which has raised leading notes.
 */
export function spell(pitch: number, fifths: number, isMinor: boolean): Spelled {
  const first = fifths - (isMinor ? 3 : 4);
  // The place on the line, counted from C, whose pitch it is: seven semitones from place to place.
  const place = first + ((((pitch * 7 - first) % 12) + 12) % 12);
  return spelledAt(place);
}

/** What the signature makes of a step. */
export function alterOf(step: Step, fifths: number): number {
  // F is one fifth below C, and the first that sharps raise.
  return Math.floor((fifths + 6 - line.indexOf(step)) / 7);
}

function spelledAt(place: number): Spelled {
  const fromF = place + 1;
  return { step: line[((fromF % 7) + 7) % 7] as Step, alter: Math.floor(fromF / 7) };
}

/** A name as analyses have them: "F#". */
export function pitchClass(name: string): number {
  return tonics.indexOf(name);
}
