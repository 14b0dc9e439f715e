/** Writes sounds as notes, ties and rests of one measure after another. */

import type { HarmonyEntry, MeasureEntry, NoteEntry } from "musicxml-io";
import type { Measure } from "./measures.js";
import type { Meter } from "./meter.js";
import { type NoteValue, split } from "./note_values.js";
import { alterOf, spell } from "./spelling.js";

/** A note of the line: from and to in units, from the song's first beat on. */
export interface Sound {
  readonly pitch: number;
  readonly start: number;
  readonly end: number;
}

const accidentals: Readonly<Record<number, "flat" | "natural" | "sharp">> = {
  [-1]: "flat",
  0: "natural",
  1: "sharp",
};

type SymbolsWithin = (start: number, end: number) => readonly HarmonyEntry[];

export class Staff {
  readonly #sounds: readonly Sound[];
  readonly #meter: Meter;

  /** @param sounds one after another. */
  constructor(sounds: readonly Sound[], meter: Meter) {
    this.#sounds = sounds;
    this.#meter = meter;
  }

  /** @param symbols what stands above a note or rest from one unit to another */
  write(
    measure: Measure,
    fifths: number,
    isMinor: boolean,
    symbols: SymbolsWithin,
  ): MeasureEntry[] {
    const { perBeat } = this.#meter;
    const from = measure.start * perBeat;
    const to = from + measure.beats * perBeat;
    const entries: MeasureEntry[] = [];
    // What steps have become in this measure: further ones of them need no accidental.
    const altered = new Map<string, number>();
    const put = (start: number, end: number, note: (value: NoteValue, at: number) => NoteEntry) => {
      let at = start;
      for (const value of split(start - from, end - from, this.#meter)) {
        entries.push(...symbols(at, at + value.units), note(value, at));
        at += value.units;
      }
    };
    let at = from;
    for (const { pitch, start, end } of this.#sounds) {
      if (end <= from || start >= to) continue;
      const [begin, stop] = [Math.max(start, from), Math.min(end, to)];
      put(at, begin, rest);
      put(begin, stop, (value, at) => {
        const isTied = at > start;
        const { step, alter } = spell(pitch, fifths, isMinor);
        const octave = Math.floor((pitch - alter) / 12) - 1;
        const where = `${step}${octave}`;
        const isNew = !isTied && (altered.get(where) ?? alterOf(step, fifths)) !== alter;
        if (isNew) altered.set(where, alter);
        const accidental = isNew ? accidentals[alter] : undefined;
        return {
          ...noteOf(value),
          pitch: { step, octave, ...(alter !== 0 && { alter }) },
          ...(accidental && { accidental: { value: accidental } }),
          ...tiesOf(isTied, at + value.units < end),
        };
      });
      at = stop;
    }
    if (at > from) put(at, to, rest);
    else entries.push(...symbols(from, to), { ...wholeRest, duration: to - from });
    return entries;
  }
}

const wholeRest = { _id: "", type: "note", rest: { measure: true }, voice: "1" } as const;

function noteOf({ units, type, isDotted }: NoteValue) {
  return {
    _id: "",
    type: "note",
    duration: units,
    voice: "1",
    noteType: type,
    ...(isDotted && { dots: 1 }),
  } as const;
}

function rest(value: NoteValue): NoteEntry {
  return { ...noteOf(value), rest: {} };
}

/** How it sounds, and how it is drawn. */
function tiesOf(isTied: boolean, goesOn: boolean): Pick<NoteEntry, "ties" | "notations"> {
  const types = [...(isTied ? (["stop"] as const) : []), ...(goesOn ? (["start"] as const) : [])];
  if (types.length === 0) return {};
  return {
    ties: types.map((type) => ({ type })),
    notations: types.map((tiedType) => ({ type: "tied", tiedType })),
  };
}
