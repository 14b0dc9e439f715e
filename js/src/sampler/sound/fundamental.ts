/**
 * The fundamental of a sound that is expected near a pitch, after YIN (de Cheveigné and Kawahara, "YIN, a
 * fundamental frequency estimator for speech and music", JASA 111, 2002): the lag at which the sound
 * differs least from itself, as a share of how much it differs at lags on average. Two things are our own:
 * of lags that do about as well the shortest counts, and it is measured again over several periods. Only the
 * lowest partials are heard: of strings and pianos the higher ones lie above multiples of the fundamental,
 * and differences would weigh each by the square of its number.
 */

/** A period of a sound. */
export interface Fundamental {
  readonly hz: number;
  /** What does not repeat from period to period, 0 (nothing) to about 1 (all): YIN's d'. */
  readonly aperiodicity: number;
}

/** Of an octave: an octave error is seen as one, as it lies within. */
const searchedOctaves = 14 / 12;
/** At more samples a period than this, fewer do as well. */
const wantedPeriod = 150;
/** Means over so much of a period, twice, leave partials 1 to 4, and little from the sixth on. */
const smoothedShare = 1 / 6;
/** Lags whose d' is so much above the least one do about as well. */
const aboutAsWell = 0.03;
/** Over how long a time the period is measured again. */
const refinedSeconds = 0.012;

export function hzOf(pitch: number): number {
  return 440 * 2 ** ((pitch - 69) / 12);
}

/** @return the pitch as MIDI counts, with a fraction */
export function pitchOf(hz: number): number {
  return 69 + 12 * Math.log2(hz / 440);
}

/** Measures sounds near one pitch. */
export class FundamentalMeter {
  readonly #rate: number;
  readonly #decimation: number;
  readonly #box: number;
  readonly #window: number;
  readonly #shortest: number;
  readonly #longest: number;
  readonly #most: number;
  readonly #part: Float32Array;
  readonly #sums: Float64Array;
  readonly #difference: Float64Array;

  constructor(sampleRate: number, pitch: number) {
    const period = sampleRate / hzOf(pitch);
    this.#decimation = Math.max(1, Math.floor(period / wantedPeriod));
    this.#box = Math.max(1, Math.round(period * smoothedShare));
    this.#rate = sampleRate / this.#decimation;
    const shorter = period / this.#decimation;
    this.#shortest = Math.max(2, Math.floor(shorter * 2 ** -searchedOctaves));
    this.#longest = Math.ceil(shorter * 2 ** searchedOctaves);
    this.#most = Math.max(this.#longest + 1, Math.ceil(refinedSeconds * this.#rate));
    this.#window = Math.max(3 * Math.ceil(shorter), Math.round(0.02 * this.#rate));
    this.#part = new Float32Array(this.#window + this.#most + 1);
    this.#sums = new Float64Array(this.span + 1);
    this.#difference = new Float64Array(this.#most + 1);
  }

  /** Of samples that `measure` looks at. */
  get span(): number {
    return this.#part.length * this.#decimation + 2 * this.#box;
  }

  /** @return undefined where nothing sounds, or the samples end */
  measure(samples: Float32Array, from: number): Fundamental | undefined {
    if (from < 0 || from + this.span > samples.length) return undefined;
    this.#smooth(samples, from);
    const lag = this.#pick();
    if (lag === undefined) return undefined;
    return { hz: this.#rate / this.#refine(lag.at), aperiodicity: lag.aperiodicity };
  }

  #smooth(samples: Float32Array, from: number): void {
    const [sums, box, part] = [this.#sums, this.#box, this.#part];
    // Twice: the running sum of what is there, and from that the mean over a box. (sums[0] stays 0.)
    for (let i = 0; i < this.span; i++) {
      sums[i + 1] = (sums[i] as number) + (samples[from + i] as number);
    }
    const once = this.span - box;
    for (let i = 0, sum = 0; i <= once; i++) {
      const mean = ((sums[i + box] as number) - (sums[i] as number)) / box;
      sums[i] = sum;
      sum += mean;
    }
    for (let i = 0, at = 0; i < part.length; i++, at += this.#decimation) {
      part[i] = ((sums[at + box] as number) - (sums[at] as number)) / box;
    }
  }

  /** The squared difference of the window from itself, later by `lag`. */
  #differenceAt(lag: number): number {
    let sum = 0;
    for (let i = 0; i < this.#window; i++) {
      const difference = (this.#part[i] as number) - (this.#part[i + lag] as number);
      sum += difference * difference;
    }
    return sum;
  }

  #pick(): { at: number; aperiodicity: number } | undefined {
    const normalised = this.#difference;
    let sum = 0;
    for (let lag = 1; lag <= this.#longest; lag++) {
      const difference = this.#differenceAt(lag);
      sum += difference;
      normalised[lag] = sum > 0 ? (difference * lag) / sum : 1;
    }
    if (sum === 0) return undefined;
    let least = Number.POSITIVE_INFINITY;
    const dips: number[] = [];
    for (let lag = this.#shortest; lag < this.#longest; lag++) {
      const here = normalised[lag] as number;
      if (here > (normalised[lag - 1] as number) || here > (normalised[lag + 1] as number))
        continue;
      dips.push(lag);
      least = Math.min(least, here);
    }
    const at = dips.find((lag) => (normalised[lag] as number) <= least + aboutAsWell);
    return at === undefined ? undefined : { at, aperiodicity: normalised[at] as number };
  }

  /** The period by its multiples, each twice as long as the one before, down to a fraction of a sample. */
  #refine(lag: number): number {
    let period = this.#dipNear(lag, 1);
    for (let periods = 2; (periods + 0.5) * period < this.#most; periods *= 2) {
      period = this.#dipNear(periods * period, Math.ceil(period / 8)) / periods;
    }
    return period;
  }

  #dipNear(lag: number, reach: number): number {
    const from = Math.max(1, Math.round(lag) - reach);
    const to = Math.min(this.#most - 1, Math.round(lag) + reach);
    let best = from;
    let least = Number.POSITIVE_INFINITY;
    for (let at = from; at <= to; at++) {
      const difference = this.#differenceAt(at);
      if (difference >= least) continue;
      least = difference;
      best = at;
    }
    const before = this.#differenceAt(best - 1);
    const after = this.#differenceAt(best + 1);
    const curve = before - 2 * least + after;
    return curve > 0 ? best + Math.max(-1, Math.min(1, (before - after) / (2 * curve))) : best;
  }
}
