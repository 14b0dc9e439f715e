/** How a song's beats are divided, and how notes are written for it. */

import { Grid, swingOf } from "../grid.js";

/** A meter, with the grid that notes are written on. Its unit is the time from line to line. */
export interface Meter {
  /** Whether a beat is a dotted quarter, as in 6/8; else it is a quarter. */
  readonly isCompound: boolean;
  /** Lines in a beat. */
  readonly perBeat: number;
  /** Units of a whole note. */
  readonly perWhole: number;
  /** Whether off-beats lie late: they are written even, under the word "Swing". */
  readonly isSwung: boolean;
  readonly grid: Grid;
}

/** Of a beat: what is this near to a place is meant to lie there. */
const reach = 0.06;

/** @param places where notes begin, in beats. @param perBeat undefined: what fits them. */
export function meterOf(places: readonly number[], perBeat: number | undefined): Meter {
  const lines = perBeat ?? (isInThirds(places) ? 3 : 4);
  const isCompound = lines % 3 === 0;
  const swing = isCompound ? 0.5 : swingOf(places);
  return {
    isCompound,
    perBeat: lines,
    perWhole: isCompound ? (lines * 8) / 3 : lines * 4,
    isSwung: swing > 0.5,
    grid: new Grid(lines, swing),
  };
}

/** A shuffle has notes on the last third of its beats alone; where the first one has some, there are three. */
function isInThirds(places: readonly number[]): boolean {
  const shares = places.map((place) => place - Math.floor(place));
  const near = (at: number) => shares.filter((share) => Math.abs(share - at) < reach).length;
  const [firsts, seconds] = [near(1 / 3), near(2 / 3)];
  return firsts > 0.4 * seconds && firsts + seconds > near(1 / 4) + near(1 / 2) + near(3 / 4);
}
