/** The outline of a waveform, made from audio that comes block by block, in any order. */

import type { Peaks } from "./types.js";

/** At 44.1 kHz 170 peaks a second: enough for a window of 8 s on a wide screen. */
export const samplesPerPeak = 256;

/** Frames of the channels, and where in the song they are. Default: all of the channels. */
export interface Place {
  readonly at: number;
  readonly begin?: number;
  readonly end?: number;
}

export class PeakBuilder {
  readonly #sampleRate: number;
  readonly #frameCount: number;
  readonly #values: Float32Array;
  /** 1 for each peak that something is known of. */
  readonly #begun: Uint8Array;
  #frames = 0;

  /** @param frameCount of the whole song */
  constructor(sampleRate: number, frameCount: number) {
    this.#sampleRate = sampleRate;
    this.#frameCount = frameCount;
    this.#values = new Float32Array(2 * Math.ceil(frameCount / samplesPerPeak));
    this.#begun = new Uint8Array(this.#values.length / 2);
  }

  /** Takes the frames from `begin` to before `end` of the channels: those from frame `at` of the song. */
  add(channels: readonly Float32Array[], place: Place): void {
    const { at, begin = 0, end = channels[0]?.length ?? 0 } = place;
    const values = this.#values;
    for (const samples of channels) {
      for (let frame = begin; frame < end; ) {
        const position = at + frame - begin;
        const peak = Math.floor(position / samplesPerPeak);
        const stop = Math.min(end, frame + samplesPerPeak - (position % samplesPerPeak));
        // A peak takes its first value as it is, even if that is not around 0.
        const fresh = this.#begun[peak] === 0;
        this.#begun[peak] = 1;
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
    }
    this.#frames += end - begin;
  }

  /** What there is by now. */
  get peaks(): Peaks {
    const total = this.#values.length / 2;
    return {
      sampleRate: this.#sampleRate,
      samplesPerPeak,
      total,
      count: this.#frames >= this.#frameCount ? total : Math.floor(this.#frames / samplesPerPeak),
      values: this.#values,
      begun: this.#begun,
    };
  }
}
