/** The measures of a lead sheet, on the song's beats. */

import { barsOf } from "../../analysis/formats/bars.js";
import type { BeatsResult } from "../../analysis/types.js";

export interface Measure {
  /** Its first beat, counted from the song's first one. */
  readonly start: number;
  /** How many beats it has. */
  readonly beats: number;
  /** Of its time signature: more than `beats` in a measure that begins with the song. */
  readonly length: number;
}

/** Of a song without beats. */
const commonTime = 4;

/** Measures that hold all from one beat to another; both may lie outside of the song's beats. */
export function measuresOf(beats: BeatsResult | undefined, from: number, to: number): Measure[] {
  const bars = beats && beats.beats.length > 0 ? barsOf(beats) : [];
  const measures: Measure[] = bars.map(({ index, count, length }, place) => {
    // The last one may have been cut off by the song's end.
    const isLast = place === bars.length - 1;
    return { start: index, beats: isLast && place > 0 ? length : count, length };
  });
  const [first] = measures;
  if (first && first.beats < first.length && from < first.start) {
    const start = first.start + first.beats - first.length;
    measures[0] = { start, beats: first.length, length: first.length };
  }
  const usual = first?.length ?? commonTime;
  while ((measures[0]?.start ?? Number.NEGATIVE_INFINITY) > from) {
    measures.unshift({ start: (measures[0]?.start ?? 0) - usual, beats: usual, length: usual });
  }
  for (let last = measures.at(-1); !last || last.start + last.beats < to; last = measures.at(-1)) {
    const length = last?.length ?? commonTime;
    measures.push({ start: last ? last.start + last.beats : 0, beats: length, length });
  }
  return measures;
}
