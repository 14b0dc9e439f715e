/** Chords as musicians write them. */

import type { Chord } from "divisi";

/** By Harte's shorthand. */
const qualities: Readonly<Record<string, string>> = {
  maj: "",
  min: "m",
  dim: "dim",
  aug: "aug",
  maj6: "6",
  min6: "m6",
  "7": "7",
  maj7: "maj7",
  min7: "m7",
  minmaj7: "m(maj7)",
  dim7: "dim7",
  hdim7: "m7♭5",
  sus2: "sus2",
  sus4: "sus4",
};

/** "F♯m7/A"; "N.C." where there is no chord, "?" for one without a name. */
export function chordText({ label, root, quality, bass }: Chord): string {
  if (root === undefined || quality === undefined) return label === "N" ? "N.C." : "?";
  const over = bass === undefined || bass === root ? "" : `/${noteText(bass)}`;
  return noteText(root) + (qualities[quality] ?? quality) + over;
}

/** "F#" becomes "F♯". */
export function noteText(note: string): string {
  return note.replace("#", "♯");
}
