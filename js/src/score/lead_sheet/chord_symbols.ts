/** Chords as symbols above a staff. */

import type { HarmonyEntry } from "musicxml-io";
import { pitchClass } from "../../analysis/formats/key_signature.js";
import type { Chord } from "../../analysis/types.js";
import { spell } from "./spelling.js";

/** Of Harte's shorthand, what MusicXML calls it and what is printed. */
const kinds: Readonly<Record<string, readonly [kind: string, text: string]>> = {
  maj: ["major", ""],
  min: ["minor", "m"],
  dim: ["diminished", "dim"],
  aug: ["augmented", "+"],
  "7": ["dominant", "7"],
  maj7: ["major-seventh", "maj7"],
  min7: ["minor-seventh", "m7"],
  minmaj7: ["major-minor", "m(maj7)"],
  dim7: ["diminished-seventh", "dim7"],
  hdim7: ["half-diminished", "m7b5"],
  maj6: ["major-sixth", "6"],
  min6: ["minor-sixth", "m6"],
  sus2: ["suspended-second", "sus2"],
  sus4: ["suspended-fourth", "sus4"],
};

/** @param offset from the note before which it stands, in units. @returns undefined of no chord. */
export function chordSymbol(
  { root, quality, bass }: Chord,
  fifths: number,
  isMinor: boolean,
  offset: number,
): HarmonyEntry | undefined {
  if (root === undefined || quality === undefined) return undefined;
  const [kind, kindText] = kinds[quality] ?? ["other", quality];
  const name = (note: string) => spell(pitchClass(note), fifths, isMinor);
  const { step, alter } = name(root);
  const lowest = bass === undefined || bass === root ? undefined : name(bass);
  return {
    _id: "",
    type: "harmony",
    root: { rootStep: step, ...(alter !== 0 && { rootAlter: alter }) },
    kind,
    kindText,
    ...(lowest && {
      bass: { bassStep: lowest.step, ...(lowest.alter !== 0 && { bassAlter: lowest.alter }) },
    }),
    ...(offset > 0 && { offset }),
  };
}
