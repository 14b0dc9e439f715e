/** The notes and rests that a span of time is written with. */

import type { Meter } from "./meter.js";

export interface NoteValue {
  /** In units of the meter. */
  readonly units: number;
  readonly type: (typeof types)[number];
  readonly isDotted: boolean;
}

const types = ["whole", "half", "quarter", "eighth", "16th", "32nd"] as const;

/** All that the grid has, the longest first. */
function valuesOf({ perWhole }: Meter): NoteValue[] {
  const values = types.flatMap((type, index): NoteValue[] => {
    const units = perWhole / 2 ** index;
    return [
      { units: 1.5 * units, type, isDotted: true },
      { units, type, isDotted: false },
    ];
  });
  return values.filter(({ units }) => Number.isInteger(units));
}

/**
 * What begins within a beat ends with it, and goes on tied; what begins on one takes whole beats first, so
 * that every beat is seen. @param from units from the measure's first beat on. @param to behind it
 */
export function split(from: number, to: number, meter: Meter): NoteValue[] {
  const { perBeat } = meter;
  const values = valuesOf(meter);
  const pieces: NoteValue[] = [];
  for (let at = from; at < to; ) {
    const within = at % perBeat;
    const room = to - at;
    const isWhole = within === 0 && room >= perBeat;
    const most = within === 0 ? room : Math.min(room, perBeat - within);
    const value = values.find(({ units }) => units <= most && (!isWhole || units % perBeat === 0));
    // The grid's own line is the shortest value.
    if (!value) break;
    pieces.push(value);
    at += value.units;
  }
  return pieces;
}
