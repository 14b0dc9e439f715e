/** The arithmetic of the report. */

export function median(values: readonly number[]): number {
  if (values.length === 0) throw new Error("the median of nothing");
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] as number;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] as number)) / 2;
}

/** One measurement; samples of one round were taken within the same minute. */
export interface Sample {
  readonly round: number;
  readonly milliseconds: number;
  /** Of the processors, all threads together; where it was looked at. */
  readonly processorMilliseconds?: number;
  /** Whether the machine was quiet before and after. */
  readonly quiet: boolean;
}

/** The samples' processor time in place of the time by the clock. */
export const processorSamples = (samples: readonly Sample[]): Sample[] =>
  samples.flatMap((sample) =>
    sample.processorMilliseconds === undefined
      ? []
      : { ...sample, milliseconds: sample.processorMilliseconds },
  );

export interface Summary {
  readonly median: number;
  readonly min: number;
  /** How far the samples lie apart: median over minimum. */
  readonly spread: number;
  /** Samples that count, and all that were taken. */
  readonly used: number;
  readonly taken: number;
}

/** Fewer quiet samples than this say less than all of them together. */
export const enoughQuiet = 3;

/** The samples that count: the quiet ones if there are enough of them, else all. */
export function countedSamples(samples: readonly Sample[]): readonly Sample[] {
  const quiet = samples.filter((sample) => sample.quiet);
  return quiet.length >= Math.min(enoughQuiet, samples.length) ? quiet : samples;
}

export function summarise(samples: readonly Sample[]): Summary {
  const times = countedSamples(samples).map((sample) => sample.milliseconds);
  const [middle, min] = [median(times), Math.min(...times)];
  return {
    median: middle,
    min,
    spread: middle / min,
    used: times.length,
    taken: samples.length,
  };
}

/**
 * How many times as long as `other` something took: the median over the rounds in which both count,
 * so that a machine that is slower for a while slows both. Without a common round the ratio of the
 * medians.
 */
export function ratio(samples: readonly Sample[], other: readonly Sample[]): number {
  const byRound = new Map(countedSamples(other).map((s) => [s.round, s.milliseconds]));
  const ratios = countedSamples(samples).flatMap(({ round, milliseconds }) => {
    const divisor = byRound.get(round);
    return divisor === undefined ? [] : [milliseconds / divisor];
  });
  return ratios.length > 0 ? median(ratios) : summarise(samples).median / summarise(other).median;
}

/** The largest difference of two outputs, relative to the largest value of the first. */
export function relativeError(wanted: Float32Array, got: Float32Array): number {
  if (wanted.length !== got.length) return Number.POSITIVE_INFINITY;
  let [peak, error] = [0, 0];
  for (let i = 0; i < wanted.length; i++) {
    peak = Math.max(peak, Math.abs(wanted[i] as number));
    const difference = Math.abs((wanted[i] as number) - (got[i] as number));
    if (Number.isNaN(difference)) return Number.POSITIVE_INFINITY;
    error = Math.max(error, difference);
  }
  return error === 0 ? 0 : error / peak;
}
