/** The names of notes in a key, by the line of fifths: … Bb, F, C, G, D … */

type Step = "C" | "D" | "E" | "F" | "G" | "A" | "B";

export interface Spelled {
  readonly step: Step;
  /** Sharps; below 0, flats. */
  readonly alter: number;
}

const line: readonly Step[] = ["F", "C", "G", "D", "A", "E", "B"];

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
