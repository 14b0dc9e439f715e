/**
 * What is usual for music, so that scores and embeddings can be compared.
 *
 * musicnn's scores are small and uneven: 0.05 is much for "harpsichord" and little for "guitar". A
 * tag's z-score says how far its score lies above (or below) what is usual for this tag, in standard
 * deviations: z = (logit(score) - mean) / deviation, where mean and deviation are those of the
 * logits over a reference set: 590-odd pieces of free game music of many kinds, 30 s each
 * (tests/golden/embeddings has the list and the script). The set has little singing, so any voice
 * stands out from it.
 *
 * Embeddings are standardised likewise, dimension by dimension, and brought to length 1: their dot
 * product is then the likeness of two tracks. For models without reference statistics the
 * collection's own tracks stand in.
 */

import reference from "./statistics.json" with { type: "json" };

/** Means and standard deviations. */
export interface Statistics {
  /** Of the logits of each tag's scores. */
  readonly tags: ReadonlyMap<string, readonly [mean: number, deviation: number]>;
  readonly embeddingMeans: ArrayLike<number>;
  readonly embeddingDeviations: ArrayLike<number>;
}

/** Beyond these a float32 score is as good as 0 or 1. */
const smallestScore = 1e-6;
/** A tag that never moves must not turn noise into a finding. */
const smallestDeviation = 1e-3;

const known = new Map<string, Statistics>(
  Object.entries(reference).map(([model, { tags, ...rest }]) => [
    model,
    { ...rest, tags: new Map(Object.entries(tags) as [string, [number, number]][]) },
  ]),
);

/** Undefined for models that divisi has no reference set for. */
export function referenceStatistics(model: string): Statistics | undefined {
  return known.get(model);
}

/** Reference statistics of a model of the same name but another size are of another model. */
export function referenceFor(
  track: { readonly model: string; readonly embedding: ArrayLike<number> } | undefined,
): Statistics | undefined {
  const statistics = track && referenceStatistics(track.model);
  return statistics?.embeddingMeans.length === track?.embedding.length ? statistics : undefined;
}

/** 0, as usual, for tags without statistics. */
export function zScore(statistics: Statistics, tag: string, score: number): number {
  const [mean, deviation] = statistics.tags.get(tag) ?? [0, Number.POSITIVE_INFINITY];
  return (logit(score) - mean) / deviation;
}

function logit(score: number): number {
  const p = Math.min(Math.max(score, smallestScore), 1 - smallestScore);
  return Math.log(p / (1 - p));
}

/** The statistics of some tracks, for models that nobody has measured. */
export function measureStatistics(
  tracks: readonly {
    readonly tags: Readonly<Record<string, number>>;
    readonly embedding: Float32Array;
  }[],
): Statistics {
  const logits = new Map<string, number[]>();
  for (const { tags } of tracks) {
    for (const [name, score] of Object.entries(tags)) {
      const values = logits.get(name);
      if (values) values.push(logit(score));
      else logits.set(name, [logit(score)]);
    }
  }
  const size = tracks[0]?.embedding.length ?? 0;
  const column = new Float64Array(tracks.length);
  const dimensions = Array.from({ length: size }, (_, k) => {
    for (let i = 0; i < column.length; i++) column[i] = tracks[i]?.embedding[k] as number;
    return meanAndDeviation(column);
  });
  return {
    tags: new Map(
      [...logits].map(([name, values]) => [name, meanAndDeviation(Float64Array.from(values))]),
    ),
    embeddingMeans: dimensions.map(([mean]) => mean),
    embeddingDeviations: dimensions.map(([, deviation]) => deviation),
  };
}

function meanAndDeviation(values: Float64Array): readonly [number, number] {
  let sum = 0;
  for (const value of values) sum += value;
  const mean = sum / values.length;
  let squares = 0;
  for (const value of values) squares += (value - mean) ** 2;
  return [mean, Math.max(Math.sqrt(squares / values.length), smallestDeviation)];
}

/** Writes the standardised embedding, of length 1, to `out`; all zeros if it is quite usual. */
export function standardise(
  statistics: Statistics,
  embedding: ArrayLike<number>,
  out: Float32Array = new Float32Array(embedding.length),
): Float32Array {
  const { embeddingMeans: means, embeddingDeviations: deviations } = statistics;
  let sum = 0;
  for (let k = 0; k < out.length; k++) {
    const value = ((embedding[k] as number) - (means[k] as number)) / (deviations[k] as number);
    out[k] = value;
    sum += value * value;
  }
  const scale = sum > 0 ? 1 / Math.sqrt(sum) : 0;
  for (let k = 0; k < out.length; k++) out[k] = (out[k] as number) * scale;
  return out;
}
