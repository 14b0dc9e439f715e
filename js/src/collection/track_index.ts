/** The numbers that queries run over, in flat arrays: a row a track. */

import {
  measureStatistics,
  referenceFor,
  type Statistics,
  standardise,
  zScore,
} from "./statistics.js";
import type { Track } from "./types.js";

/** Answers for tracks in the order of `rows`; made anew after changes, when the first query comes. */
export class TrackIndex {
  readonly rows: readonly Track[];
  readonly statistics: Statistics;
  readonly #size: number;
  readonly #points: Float32Array;
  /** How much of each tag each track has, from -1 to 1; made when a tag is first asked for. */
  readonly #columns = new Map<string, Float32Array>();
  readonly #tagNames: ReadonlySet<string>;

  constructor(tracks: Iterable<Track>) {
    this.rows = [...tracks];
    const first = this.rows[0];
    this.statistics = referenceFor(first) ?? measureStatistics(this.rows);
    this.#size = first?.embedding.length ?? 0;
    this.#points = new Float32Array(this.rows.length * this.#size);
    const names = new Set<string>();
    this.rows.forEach((track, i) => {
      const row = this.#points.subarray(i * this.#size, (i + 1) * this.#size);
      standardise(this.statistics, track.embedding, row);
      for (const name in track.tags) names.add(name);
    });
    this.#tagNames = names;
  }

  hasTag(name: string): boolean {
    return this.#tagNames.has(name);
  }

  /** weights . point of every track. `weights` has the length of the embeddings. */
  project(weights: ArrayLike<number>): Float32Array {
    const size = this.#size;
    const points = this.#points;
    const vector = Float32Array.from(weights);
    const out = new Float32Array(this.rows.length);
    for (let i = 0, at = 0; i < out.length; i++) {
      // Two sums, so that an addition need not wait for the one before it.
      let [even, odd] = [0, 0];
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
      column = Float32Array.from(this.rows, ({ tags }) =>
        Object.hasOwn(tags, name)
          ? Math.tanh(zScore(this.statistics, name, tags[name] as number) / 2)
          : 0,
      );
      this.#columns.set(name, column);
    }
    return column;
  }
}
