/** The outline of a waveform, made from audio that comes block by block. */

import type { Peaks } from "./types.js";

/** At 44.1 kHz 170 peaks a second: enough for a window of 8 s on a wide screen. */
export const samplesPerPeak = 256;

export class PeakBuilder {
  readonly #sampleRate: number;
  readonly #frameCount: number;
  readonly #values: Float32Array;
  #frames = 0;

  /** @param frameCount of the whole song */
  constructor(sampleRate: number, frameCount: number) {
    this.#sampleRate = sampleRate;
    this.#frameCount = frameCount;
    this.#values = new Float32Array(2 * Math.ceil(frameCount / samplesPerPeak));
  }

  /** Takes the frames from `begin` to before `end` of the channels: the song's next ones. */
  add(channels: readonly Float32Array[], begin = 0, end = channels[0]?.length ?? 0): void {
    const values = this.#values;
    channels.forEach((samples, channel) => {
      for (let frame = begin; frame < end; ) {
        const position = this.#frames + frame - begin;
        const peak = Math.floor(position / samplesPerPeak);
        const stop = Math.min(end, frame + samplesPerPeak - (position % samplesPerPeak));
        // A peak that begins here takes the first value as it is, even if that is not around 0.
        const fresh = channel === 0 && position % samplesPerPeak === 0;
        let low = fresh ? Number.POSITIVE_INFINITY : (values[2 * peak] as number);
        let high = fresh ? Number.NEGATIVE_INFINITY : (values[2 * peak + 1] as number);
        for (; frame < stop; frame++) {
          const value = samples[frame] as number;
          if (value < low) low = value;
          if (value > high) high = value;
        }
        values[2 * peak] = low;
        values[2 * peak + 1] = high;
      }
    });
    this.#frames += end - begin;
  }

  /** What there is by now: whole peaks only, until the end. */
  get peaks(): Peaks {
    const total = this.#values.length / 2;
    return {
      sampleRate: this.#sampleRate,
      samplesPerPeak,
      total,
      count: this.#frames >= this.#frameCount ? total : Math.floor(this.#frames / samplesPerPeak),
      values: this.#values,
    };
  }
}
