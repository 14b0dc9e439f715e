/** From the scores of patches to the tags of a song. */

import type { Calibration } from "./calibration/calibration.js";
import type { Tag, TagLabel } from "./types.js";

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
 * rare in training never scores high), so each also gets the distance of its score from what is
 * usual for it, on the logit scale, where the scores of many songs are spread about evenly.
 */
export function rankTags(
  labels: readonly TagLabel[],
  scores: Float32Array,
  calibration: Calibration | undefined,
): Tag[] {
  const tags = labels.map(({ name, kind }, i) => {
    const score = at(scores, i);
    const usual = calibration?.[name];
    return { name, kind, score, z: usual && (logit(score) - usual.mean) / usual.deviation };
  });
  const byRank = [...tags].sort((a, b) => (b.z ?? b.score) - (a.z ?? a.score));
  const ranks = new Map(byRank.map(({ name }, i) => [name, i + 1]));
  return tags
    .sort((a, b) => b.score - a.score)
    .map((tag) => ({ ...tag, rank: ranks.get(tag.name) ?? tags.length }));
}

/** Where float32 has rounded a score to 0 or 1, the last value before. */
function logit(score: number): number {
  const p = Math.min(Math.max(score, 1e-7), 1 - 1e-7);
  return Math.log(p / (1 - p));
}

const at = (values: ArrayLike<number>, i: number) => values[i] as number;
