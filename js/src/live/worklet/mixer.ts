/** Adds stems up by their gains, which follow what the app wants without a click. */

import type { ParameterDescriptor, Parameters } from "./scope.js";

/** Twice as many as any model has that we know of; a bit each in "audible", a float32, leaves 24. */
export const maxStems = 16;

/** What a gain takes from 0 to 1: long enough not to click, too short to be felt. */
const rampSeconds = 0.02;

const gainNames = Array.from({ length: maxStems }, (_, i) => `gain${i}`);

/** A gain for each stem, and which stems are heard at all (a bit each). */
export const mixerParameters: readonly ParameterDescriptor[] = [
  ...gainNames.map((name) => parameter(name, 1, -100, 100)),
  parameter("audible", 2 ** maxStems - 1, 0, 2 ** maxStems - 1),
];

/** How loud all of it is, for players. */
export const volumeParameter: ParameterDescriptor = parameter("volume", 1, 0, 1);

function parameter(name: string, defaultValue: number, minValue: number, maxValue: number) {
  return { name, defaultValue, minValue, maxValue, automationRate: "k-rate" } as const;
}

export class Mixer {
  readonly #gains: Float64Array;
  readonly #targets: Float64Array;
  readonly #step: number;
  #volume = 1;
  #volumeTarget = 1;
  #started = false;

  constructor(stemCount: number, sampleRate: number) {
    this.#gains = new Float64Array(stemCount);
    this.#targets = new Float64Array(stemCount);
    this.#step = 1 / (rampSeconds * sampleRate);
  }

  /** Reads what the app wants now; call it once before the frames of a quantum. */
  aim(parameters: Parameters): void {
    const audible = parameters.audible?.[0] ?? 0;
    for (let s = 0; s < this.#targets.length; s++) {
      const gain = parameters[gainNames[s] as string]?.[0] ?? 1;
      this.#targets[s] = (audible >> s) & 1 ? gain : 0;
    }
    // (Live nodes have none.)
    this.#volumeTarget = parameters.volume?.[0] ?? 1;
    if (!this.#started) {
      this.#gains.set(this.#targets);
      this.#volume = this.#volumeTarget;
    }
    this.#started = true;
  }

  /** Moves every gain on by a frame. */
  advance(): void {
    const gains = this.#gains;
    for (let s = 0; s < gains.length; s++) {
      gains[s] = this.#nearer(gains[s] as number, this.#targets[s] as number);
    }
    this.#volume = this.#nearer(this.#volume, this.#volumeTarget);
  }

  #nearer(gain: number, target: number): number {
    const gap = target - gain;
    // A gap of many times full scale takes no longer than one of full scale.
    const step = this.#step * Math.max(1, Math.abs(gap));
    return Math.abs(gap) <= step ? target : gain + Math.sign(gap) * step;
  }

  /** What the sum of the stems, or the mix, is played with. */
  get volume(): number {
    return this.#volume;
  }

  gain(stem: number): number {
    return this.#gains[stem] as number;
  }

  /** What the whole mix is played with while stems are missing: as loud as the loudest stem. */
  get mixGain(): number {
    let most = 0;
    for (let s = 0; s < this.#gains.length; s++) {
      const gain = this.#gains[s] as number;
      if (Math.abs(gain) > Math.abs(most)) most = gain;
    }
    return most;
  }
}
