/** From the scores of patches to the tags of a song. */

import { type Statistics, zScore } from "../library/tracks/statistics.js";
import type { TagLabel } from "../models/types.js";
import type { Tag } from "./types.js";

/** The mean of vectors of one length. */
export class Mean {
  #sums: Float64Array | undefined;
  #count = 0;

  add(values: Float32Array): void {
    this.#sums ??= new Float64Array(values.length);
    for (let i = 0; i < values.length; i++) this.#sums[i] = at(this.#sums, i) + at(values, i);
    this.#count++;
  }

  value(): Float32Array {
    return Float32Array.from(this.#sums ?? [], (sum) => sum / this.#count);
  }
}

/**
 * The tags, highest score first. A model's scores are small and uneven between tags (a tag that was
 * rare in training never scores high), so each also gets its z-score.
 *
 * @param usual what is usual for this model's tags; undefined where nobody has measured it
 */
export function rankTags(
  labels: readonly TagLabel[],
  scores: Float32Array,
  usual: Statistics | undefined,
): Tag[] {
  const tags = labels.map(({ name, kind }, i) => {
    const score = at(scores, i);
    return { name, kind, score, z: usual && zScore(usual, name, score) };
  });
  const byRank = [...tags].sort((a, b) => (b.z ?? b.score) - (a.z ?? a.score));
  const ranks = new Map(byRank.map(({ name }, i) => [name, i + 1]));
  return tags
    .sort((a, b) => b.score - a.score)
    .map((tag) => ({ ...tag, rank: ranks.get(tag.name) ?? tags.length }));
}

const at = (values: ArrayLike<number>, i: number) => values[i] as number;
