/** Beats as bars. */

import type { BeatsResult } from "../types.js";

export interface Bar {
  /** Of its first beat, among all. */
  readonly index: number;
  /** How many of its beats there are. */
  readonly count: number;
  /** How many beats it has by its number: more than `count` where the song starts or ends in it. */
  readonly length: number;
  /** Whether it has no downbeat, as the song starts in it. */
  readonly pickUp: boolean;
}

export function barsOf({ beats, beatsPerBar }: BeatsResult): Bar[] {
  const starts = beats.flatMap(({ number }, index) => (index === 0 || number === 1 ? [index] : []));
  const bars: Bar[] = [];
  for (const [place, index] of starts.entries()) {
    const end = starts[place + 1];
    const count = (end ?? beats.length) - index;
    const pickUp = beats[index]?.number !== 1;
    const last = beats[index + count - 1]?.number ?? count;
    // Where the song ends in a bar, this may be as long as the one before; a pick-up says nothing.
    const before = bars.at(-1);
    const usual = before && !before.pickUp ? before.length : beatsPerBar;
    bars.push({ index, count, length: end === undefined ? Math.max(last, usual) : last, pickUp });
  }
  return bars;
}
