/** The numbers that queries run over, in flat arrays: a row a track. */

import {
  measureStatistics,
  referenceFor,
  type Statistics,
  standardise,
  zScore,
} from "../tracks/statistics.js";
import type { Track } from "../tracks/types.js";

/** Rows that there is room for at first. */
const smallestCapacity = 64;

export class TrackIndex {
  readonly statistics: Statistics;
  /** Whether what is usual depends on the tracks themselves: then a change needs a new index. */
  readonly measured: boolean;
  readonly #rows: Track[] = [];
  readonly #rowOf = new Map<string, number>();
  readonly #size: number;
  /** Standardised embeddings, for more rows than there are. */
  #points: Float32Array;
  /** How much of each tag each track has, from -1 to 1; made when a tag is first asked for. */
  readonly #columns = new Map<string, Float32Array>();

  /** @param tracks one at least, all of one model */
  constructor(tracks: readonly Track[]) {
    const reference = referenceFor(tracks[0]);
    this.measured = !reference;
    this.statistics = reference ?? measureStatistics(tracks);
    this.#size = tracks[0]?.embedding.length ?? 0;
    this.#points = new Float32Array(Math.max(tracks.length, smallestCapacity) * this.#size);
    for (const track of tracks) this.put(track);
  }

  get rows(): readonly Track[] {
    return this.#rows;
  }

  rowOf(id: string): number | undefined {
    return this.#rowOf.get(id);
  }

  hasTag(name: string): boolean {
    return this.#columns.has(name) || this.#rows.some(({ tags }) => Object.hasOwn(tags, name));
  }

  /** Adds a track, or puts it in the place of the one of its id. */
  put(track: Track): void {
    const row = this.#rowOf.get(track.id) ?? this.#rows.length;
    this.#rows[row] = track;
    this.#rowOf.set(track.id, row);
    const [start, end] = [row * this.#size, (row + 1) * this.#size];
    if (end > this.#points.length) {
      const wider = new Float32Array(2 * end);
      wider.set(this.#points);
      this.#points = wider;
    }
    standardise(this.statistics, track.embedding, this.#points.subarray(start, end));
    this.#columns.clear();
  }

  /** The last row takes the place of the removed one. */
  remove(id: string): void {
    const row = this.#rowOf.get(id);
    if (row === undefined) return;
    const last = this.#rows.pop() as Track;
    this.#rowOf.delete(id);
    if (last.id !== id) {
      this.#rows[row] = last;
      this.#rowOf.set(last.id, row);
      const from = this.#rows.length * this.#size;
      this.#points.copyWithin(row * this.#size, from, from + this.#size);
    }
    this.#columns.clear();
  }

  /** weights . point of every track. `weights` has the length of the embeddings. */
  project(weights: ArrayLike<number>): Float32Array {
    const size = this.#size;
    const points = this.#points;
    const vector = Float32Array.from(weights);
    const out = new Float32Array(this.#rows.length);
    for (let i = 0, at = 0; i < out.length; i++) {
      // Two sums, so that an addition need not wait for the one before it.
      let even = 0;
      let odd = 0;
      let k = 0;
      for (; k + 1 < size; k += 2, at += 2) {
        even += (points[at] as number) * (vector[k] as number);
        odd += (points[at + 1] as number) * (vector[k + 1] as number);
      }
      if (k < size) even += (points[at++] as number) * (vector[k] as number);
      out[i] = even + odd;
    }
    return out;
  }

  /** How much of a model's tag every track has: tanh(z / 2), 0 where the track does not say. */
  tagColumn(name: string): Float32Array {
    let column = this.#columns.get(name);
    if (!column) {
      column = Float32Array.from(this.#rows, ({ tags }) =>
        Object.hasOwn(tags, name)
          ? Math.tanh(zScore(this.statistics, name, tags[name] as number) / 2)
          : 0,
      );
      this.#columns.set(name, column);
    }
    return column;
  }
}
