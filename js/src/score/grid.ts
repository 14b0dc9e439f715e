/**
 * The grid of a song's notes, in beats: even, or swung as the song is. Swing is where off-beats lie: at
 * half of a beat where eighths are straight, at two thirds in a shuffle.
 */

/** Off-beats lie here; earlier and later ones are sixteenths. */
const [earliest, latest] = [0.4, 0.72];

/** Less than this is how people play straight eighths. */
const leastSwing = 0.57;

/** Fewer off-beats say nothing. */
const fewest = 8;

/** @param places of notes, in beats. @returns where off-beats lie: 0.5 where the song does not swing */
export function swingOf(places: readonly number[]): number {
  const offBeats = places
    .map((place) => place - Math.floor(place))
    .filter((share) => share >= earliest && share <= latest)
    .sort((a, b) => a - b);
  const median = offBeats[offBeats.length >> 1] ?? 0.5;
  return offBeats.length >= fewest && median >= leastSwing ? median : 0.5;
}

/** Puts places on the lines of a grid. */
export class Grid {
  /** Of a beat, and the first of the next one. */
  readonly #lines: readonly number[];

  /** @param divisions of a beat. An odd number of them cannot swing. */
  constructor(divisions: number, swing: number) {
    const bent = (share: number) =>
      share <= 0.5 ? 2 * share * swing : swing + (2 * share - 1) * (1 - swing);
    const isSwung = divisions % 2 === 0;
    this.#lines = Array.from({ length: divisions + 1 }, (_, index) =>
      isSwung ? bent(index / divisions) : index / divisions,
    );
  }

  /** The nearest line. @param place in beats */
  nearest(place: number): number {
    const beat = Math.floor(place);
    return beat + (this.#lines[this.#nearestOf(place - beat)] ?? 0);
  }

  /** Counts the lines from beat 0 to the nearest one. @param place in beats */
  count(place: number): number {
    const beat = Math.floor(place);
    return beat * (this.#lines.length - 1) + this.#nearestOf(place - beat);
  }

  /** @param share of a beat */
  #nearestOf(share: number): number {
    const distance = (line: number | undefined) => Math.abs((line ?? 0) - share);
    return this.#lines.reduce(
      (best, line, index) => (distance(line) < distance(this.#lines[best]) ? index : best),
      0,
    );
  }

  /** The first line behind a place. */
  next(place: number): number {
    // What lies on a line is computed, and so a little before or behind it.
    const behind = place + 1e-6;
    const beat = Math.floor(behind);
    return beat + (this.#lines.find((line) => beat + line > behind) ?? 1);
  }
}
