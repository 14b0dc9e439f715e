/**
 * Makes a second signal that sounds like the first but is unlike it from sample to sample: a chain of
 * all-pass filters, whose phase turns once through 360° around each of their frequencies. Added to
 * one channel and taken from the other it lets bands of the sound stand left and right in turn, as
 * in the stereo synthesizer of Orban (JAES 1970): no echo, and the power of both channels together is
 * that of the sound in every band. What lies below `bassHz` is left out: bass has no direction, and
 * records keep it central.
 */

const lowestHz = 180;
const highestHz = 9000;
/** With 7 the bands are so wide that a song can lean by 3 dB; with more the sound takes longer to come. */
const sectionCount = 10;
/** Q of each: about as wide as the step to the next, so that the phase turns evenly. */
const sharpness = 1.2;
const bassHz = 140;

interface Section {
  readonly b0: number;
  readonly b1: number;
  readonly b2: number;
  readonly a1: number;
  readonly a2: number;
  s1: number;
  s2: number;
}

export class Decorrelator {
  readonly #sections: Section[];

  /**
   * @param index 0, 1, ...: each has its frequencies elsewhere, so that stems stand apart
   * @param count how many there are
   */
  constructor(sampleRate: number, index = 0, count = 1) {
    const top = Math.min(highestHz, 0.4 * sampleRate);
    const octaves = Math.log2(top / lowestHz);
    const step = octaves / sectionCount;
    const allPasses = Array.from({ length: sectionCount }, (_, i) =>
      allPass(lowestHz * 2 ** (step * (i + index / count)), sampleRate),
    );
    this.#sections = [highPass(bassHz, sampleRate), ...allPasses];
  }

  /** Filters the samples in place; they continue those of the call before. */
  process(samples: Float64Array): void {
    for (const section of this.#sections) {
      const { b0, b1, b2, a1, a2 } = section;
      let { s1, s2 } = section;
      // Transposed direct form II.
      for (let i = 0; i < samples.length; i++) {
        const input = samples[i] as number;
        const output = b0 * input + s1;
        s1 = b1 * input - a1 * output + s2;
        s2 = b2 * input - a2 * output;
        samples[i] = output;
      }
      section.s1 = s1;
      section.s2 = s2;
    }
  }
}

/** Second-order sections after Bristow-Johnson's cookbook. */
function allPass(hz: number, sampleRate: number): Section {
  const { cosine, alpha } = angle(hz, sampleRate, sharpness);
  return section(1 - alpha, -2 * cosine, 1 + alpha, 1 + alpha, -2 * cosine, 1 - alpha);
}

function highPass(hz: number, sampleRate: number): Section {
  const { cosine, alpha } = angle(hz, sampleRate, Math.SQRT1_2);
  const half = (1 + cosine) / 2;
  return section(half, -2 * half, half, 1 + alpha, -2 * cosine, 1 - alpha);
}

function angle(hz: number, sampleRate: number, q: number) {
  const omega = (2 * Math.PI * hz) / sampleRate;
  return { cosine: Math.cos(omega), alpha: Math.sin(omega) / (2 * q) };
}

function section(b0: number, b1: number, b2: number, a0: number, a1: number, a2: number): Section {
  return { b0: b0 / a0, b1: b1 / a0, b2: b2 / a0, a1: a1 / a0, a2: a2 / a0, s1: 0, s2: 0 };
}
