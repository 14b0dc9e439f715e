/**
 * A streaming resampler for the few stretches of a file that have another rate than its beginning:
 * a sinc under a Kaiser window, its values interpolated from a table (Smith's band-limited
 * interpolation). The core resamples what the networks hear; this is about what the file says.
 */

/** Zero crossings on each side of the sinc, at the lower of the two rates. */
const crossings = 32;
/** Table entries between two zero crossings: linear interpolation is then right to -106 dB. */
const steps = 512;
/** The Kaiser window's beta, for side lobes of -90 dB. */
const beta = 9;
/** The band kept, of the lower rate's: the window needs room to fall off. */
const passband = 0.94;

let table: Float64Array | undefined;

/** sinc(x) under its window at x = i / steps. */
function sincTable(): Float64Array {
  table ??= Float64Array.from({ length: crossings * steps + 2 }, (_, i) => {
    const x = i / steps;
    if (x >= crossings) return 0;
    const sinc = x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
    return (sinc * bessel(beta * Math.sqrt(1 - (x / crossings) ** 2))) / bessel(beta);
  });
  return table;
}

/** The modified Bessel function of the first kind, of order 0. */
function bessel(x: number): number {
  let [sum, term] = [1, 1];
  for (let k = 1; term > sum * 1e-17; k++) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
}

export class StreamResampler {
  #history: Float32Array[];
  /** The history's first frame, counted from the beginning; before it there is silence. */
  #historyStart: number;
  #taken = 0;
  #given = 0;
  readonly #cutoff: number;
  readonly #reach: number;

  readonly #to: number;

  constructor(
    readonly from: number,
    to: number,
    channelCount: number,
  ) {
    this.#to = to;
    this.#cutoff = Math.min(1, to / from) * passband;
    this.#reach = Math.ceil(crossings / this.#cutoff);
    this.#historyStart = -this.#reach;
    this.#history = Array.from({ length: channelCount }, () => new Float32Array(this.#reach));
  }

  /** @return what is certain by now */
  add(channels: readonly Float32Array[]): Float32Array[] {
    this.#taken += channels[0]?.length ?? 0;
    this.#append(channels);
    const certain = Math.floor(((this.#taken - this.#reach) * this.#to) / this.from);
    return this.#give(Math.max(this.#given, certain));
  }

  /** The rest: as many frames in all as last as long as those that were added. */
  finish(): Float32Array[] {
    this.#append(this.#history.map(() => new Float32Array(this.#reach + 1)));
    return this.#give(Math.max(this.#given, Math.round((this.#taken * this.#to) / this.from)));
  }

  #append(channels: readonly Float32Array[]): void {
    this.#history = this.#history.map((history, c) => {
      const added = channels[c] ?? new Float32Array(0);
      const joined = new Float32Array(history.length + added.length);
      joined.set(history);
      joined.set(added, history.length);
      return joined;
    });
  }

  #give(end: number): Float32Array[] {
    const outputs = this.#history.map((history) => {
      const output = new Float32Array(end - this.#given);
      for (let i = 0; i < output.length; i++) {
        output[i] = this.#sample(history, ((this.#given + i) * this.from) / this.#to);
      }
      return output;
    });
    this.#given = end;
    const unused = Math.floor((end * this.from) / this.#to) - this.#reach - 1 - this.#historyStart;
    if (unused > 0) {
      this.#history = this.#history.map((history) => history.slice(unused));
      this.#historyStart += unused;
    }
    return outputs;
  }

  #sample(history: Float32Array, position: number): number {
    const sinc = sincTable();
    const first = Math.ceil(position - this.#reach);
    const last = Math.floor(position + this.#reach);
    let sum = 0;
    for (let n = first; n <= last; n++) {
      const at = Math.abs(position - n) * this.#cutoff * steps;
      if (at >= crossings * steps) continue;
      const index = Math.floor(at);
      const a = sinc[index] ?? 0;
      const weight = a + ((sinc[index + 1] ?? 0) - a) * (at - index);
      sum += (history[n - this.#historyStart] ?? 0) * weight;
    }
    return sum * this.#cutoff;
  }
}
