/**
 * Turns floats into integers of 16 or 24 bits, interleaved. 16 bits get triangular dither of ±1 step,
 * which turns the rounding error of quiet passages into steady noise instead of distortion; silence
 * stays silence. 24 bits are rounded only: their error, at -146 dB, lies below any converter's noise.
 * The dither is the same in each run, so that the same input gives the same file.
 */
export class Quantiser {
  /** Samples beyond ±1 so far: they are set to the largest value that the format has. */
  clippedSamples = 0;
  readonly #scale: number;
  readonly #dither: boolean;
  #state = 0x9e3779b9;

  constructor(bits: 16 | 24) {
    this.#scale = 2 ** (bits - 1);
    this.#dither = bits === 16;
  }

  /** @param channels of one length. @param out has room for them interleaved. */
  quantise(channels: readonly Float32Array[], from: number, to: number, out: Int32Array): void {
    const scale = this.#scale;
    const count = channels.length;
    channels.forEach((channel, index) => {
      for (let frame = from, at = index; frame < to; frame++, at += count) {
        const sample = channel[frame] as number;
        if (sample > 1 || sample < -1) this.clippedSamples += 1;
        // Below half a step of 24 bits a sample counts as silence, which is no place for noise.
        const noise = this.#dither && Math.abs(sample) > silence ? this.#noise() : 0;
        const value = Math.floor(sample * scale + noise + 0.5);
        out[at] = Math.max(-scale, Math.min(scale - 1, value));
      }
    });
  }

  /** Triangular, -1 to 1. */
  #noise(): number {
    return this.#uniform() - this.#uniform();
  }

  /** Marsaglia's xorshift32: 0 to 1. */
  #uniform(): number {
    let x = this.#state;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.#state = x;
    return (x >>> 0) / 4294967296;
  }
}

const silence = 2 ** -24;
