/** What a model file loses against float32, and whether that is within the limits. */

import type { Dtype, Score } from "./measure.js";
import { median } from "./scoring.js";

/** In dB: how much SDR may be lost by the median and by the worst mix, how far leak may rise. */
export const limits = { median: 0.1, worst: 0.3, leak: 4 };

export interface Loss {
  readonly setting: string;
  readonly dtype: Dtype;
  readonly stem: "vocals" | "accompaniment";
  /** SDR of float32 less SDR of `dtype`, in dB: positive is worse. */
  readonly median: number;
  readonly worst: number;
  readonly worstMix: string;
  readonly mixes: number;
}

export interface LeakRise {
  readonly setting: string;
  readonly dtype: Dtype;
  readonly worst: number;
  readonly worstMix: string;
  readonly mixes: number;
}

export function losses(scores: readonly Score[], dtype: Dtype): Loss[] {
  return settingsOf(scores).flatMap((setting) =>
    (["vocals", "accompaniment"] as const).flatMap((stem) => {
      const lost = differences(scores, setting, dtype, stem).map(({ mix, value }) => ({
        mix,
        value: -value,
      }));
      const worst = largest(lost);
      if (!worst) return [];
      return {
        setting,
        dtype,
        stem,
        median: median(lost.map(({ value }) => value)),
        worst: worst.value,
        worstMix: worst.mix,
        mixes: lost.length,
      };
    }),
  );
}

export function leakRises(scores: readonly Score[], dtype: Dtype): LeakRise[] {
  return settingsOf(scores).flatMap((setting) => {
    const risen = differences(scores, setting, dtype, "leak");
    const worst = largest(risen);
    if (!worst) return [];
    return {
      setting,
      dtype,
      worst: worst.value,
      worstMix: worst.mix,
      mixes: risen.length,
    };
  });
}

/** Sentences about every limit that is not kept; none where all is well. */
export function violations(scores: readonly Score[], dtype: Dtype): string[] {
  const above = (value: number, limit: number) => !(value <= limit);
  const db = (value: number) => `${value.toFixed(2)} dB`;
  return [
    ...losses(scores, dtype).flatMap((loss) => [
      ...(above(loss.median, limits.median)
        ? [`${loss.setting}, ${loss.stem}: the median loss is ${db(loss.median)}`]
        : []),
      ...(above(loss.worst, limits.worst)
        ? [`${loss.setting}, ${loss.stem}: ${loss.worstMix} loses ${db(loss.worst)}`]
        : []),
    ]),
    ...leakRises(scores, dtype)
      .filter(({ worst }) => above(worst, limits.leak))
      .map((rise) => `${rise.setting}: the leak of ${rise.worstMix} rises by ${db(rise.worst)}`),
  ];
}

function settingsOf(scores: readonly Score[]): string[] {
  return [...new Set(scores.map(({ setting }) => setting))];
}

/** For each mix that has the figure, that of `dtype` less that of float32. */
function differences(
  scores: readonly Score[],
  setting: string,
  dtype: Dtype,
  figure: "vocals" | "accompaniment" | "leak",
): { mix: string; value: number }[] {
  const of = (wanted: Dtype) =>
    scores.filter((score) => score.setting === setting && score.dtype === wanted);
  const base = new Map(of("f32").map((score) => [score.mix, score[figure]]));
  return of(dtype).flatMap(({ mix, [figure]: value }) => {
    const reference = base.get(mix);
    if (value === undefined || reference === undefined) return [];
    return { mix, value: value - reference };
  });
}

/** NaN counts as the largest: a score that could not be computed must not pass. */
function largest(list: readonly { mix: string; value: number }[]) {
  const rank = ({ value }: { value: number }) => (Number.isNaN(value) ? Infinity : value);
  return [...list].sort((a, b) => rank(b) - rank(a))[0];
}
