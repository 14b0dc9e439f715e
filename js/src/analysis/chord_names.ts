/** What a chord's label says, in Harte's syntax. */

import type { Chord } from "./types.js";

const notes = ["C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B"];
/** Harte's names of the notes above a root. */
const degrees = ["1", "b2", "2", "b3", "3", "4", "b5", "5", "b6", "6", "b7", "7"];

/** @param label "A:min7", "N" or "X". @param bass 0 is C; below 0 there is none. */
export function chordOf(
  label: string,
  bass: number,
): Pick<Chord, "label" | "root" | "quality" | "bass"> {
  const [root = "", quality] = label.split(":");
  if (quality === undefined) return { label };
  const rootIndex = notes.indexOf(root);
  const interval = (bass - rootIndex + notes.length) % notes.length;
  return {
    label: interval === 0 ? label : `${label}/${degrees[interval]}`,
    root,
    quality,
    bass: notes[bass] ?? root,
  };
}
