/** Keys: their names, and how they are related. */

import type { TrackKey } from "./types.js";

type Mode = TrackKey["mode"];

const tonics = ["C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B"];
const accidentals: Readonly<Record<string, number>> = { "": 0, "#": 1, b: -1 };
const fifth = 7;
/** From a minor key's tonic up to its relative major's. */
const minorThird = 3;

/** "same": both are one key. "neighbour": one step on the circle of fifths, or the relative key. */
export type Relation = "same" | "neighbour" | "distant";

/** @return the tonic with a sharp where it has one; undefined for what is no tonic */
export function tonicOf(name: unknown): string | undefined {
  if (typeof name !== "string") return undefined;
  const [, letter = "", accidental = ""] = /^([A-G])([#b]?)$/.exec(name) ?? [];
  const natural = tonics.indexOf(letter);
  return natural < 0 ? undefined : transposed(letter, accidentals[accidental] as number);
}

/** @return the mode; undefined for what is no mode */
export function modeOf(name: unknown): Mode | undefined {
  return name === "major" || name === "minor" ? name : undefined;
}

/** @param name "A minor", "Bb major". @return undefined for what is no key */
export function keyNamed(name: string): TrackKey | undefined {
  const [tonicName, modeName, ...rest] = name.split(" ");
  const tonic = tonicOf(tonicName);
  const mode = modeOf(modeName);
  return tonic && mode && rest.length === 0 ? { tonic, mode } : undefined;
}

/**
 * How two keys are related. Neighbours share all of their notes (a key and its relative) or all but
 * one (a fifth up or down), so that music in one mixes with music in the other.
 */
export function relation(a: TrackKey, b: TrackKey): Relation {
  if (a.mode !== b.mode) {
    const [minor, major] = a.mode === "minor" ? [a, b] : [b, a];
    return transposed(minor.tonic, minorThird) === major.tonic ? "neighbour" : "distant";
  }
  if (a.tonic === b.tonic) return "same";
  const isFifth = transposed(a.tonic, fifth) === b.tonic || transposed(b.tonic, fifth) === a.tonic;
  return isFifth ? "neighbour" : "distant";
}

/** @param tonic with a sharp where it has one */
function transposed(tonic: string, semitones: number): string {
  const index = tonics.indexOf(tonic) + semitones + tonics.length;
  return tonics[index % tonics.length] as string;
}
