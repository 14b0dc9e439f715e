/** What a click sounds like, and when: on the audio's own clock, so that nothing shifts it. */

import type { Click } from "./clicks.js";

/** A woodblock's pitches, in Hz: high for the first of a bar. */
const pitches = { accented: 1760, plain: 1175 } as const;
const lengthSeconds = 0.06;
/** From its first sample to a hundredth (-40 dB). */
const decaySeconds = 0.04;

/** The samples of a click: a sine that is loudest at once and dies away. */
export function clickSamples(sampleRate: number, accented: boolean): Float32Array<ArrayBuffer> {
  const pitch = accented ? pitches.accented : pitches.plain;
  return Float32Array.from({ length: Math.round(lengthSeconds * sampleRate) }, (_, frame) => {
    const seconds = frame / sampleRate;
    return Math.cos(2 * Math.PI * pitch * seconds) * 100 ** (-seconds / decaySeconds);
  });
}

/** A click that is under way can't be taken back. */
const takeBackSeconds = 0.01;
/** Two clicks of one beat, reckoned from two places, are no farther apart. */
const sameSeconds = 0.01;

interface Scheduled extends Click {
  readonly source: AudioBufferSourceNode;
}

/** Clicks in a context: those that are still to come can be taken back. */
export class Clicker {
  readonly #context: BaseAudioContext;
  readonly #volume: GainNode;
  readonly #sounds: ReadonlyMap<boolean, AudioBuffer>;
  #scheduled: Scheduled[] = [];

  constructor(context: BaseAudioContext, gain: number) {
    this.#context = context;
    this.#volume = new GainNode(context, { gain });
    this.#volume.connect(context.destination);
    this.#sounds = new Map([true, false].map((accented) => [accented, soundOf(context, accented)]));
  }

  get context(): BaseAudioContext {
    return this.#context;
  }

  set gain(gain: number) {
    this.#volume.gain.value = gain;
  }

  /** Adds those that are not there yet. */
  schedule(clicks: readonly Click[]): void {
    const now = this.#context.currentTime;
    this.#scheduled = this.#scheduled.filter(({ contextTime }) => contextTime >= now - 1);
    for (const click of clicks) {
      const near = ({ contextTime }: Click) =>
        Math.abs(contextTime - click.contextTime) < sameSeconds;
      // What is late would be heard beside the beat.
      if (click.contextTime < now || this.#scheduled.some(near)) continue;
      const buffer = this.#sounds.get(click.accented) ?? null;
      const source = new AudioBufferSourceNode(this.#context, { buffer });
      source.connect(this.#volume);
      source.start(click.contextTime);
      this.#scheduled.push({ ...click, source });
    }
  }

  /** Takes back what is to come. */
  cancel(): void {
    const now = this.#context.currentTime + takeBackSeconds;
    for (const { contextTime, source } of this.#scheduled) if (contextTime > now) source.stop();
    this.#scheduled = this.#scheduled.filter(({ contextTime }) => contextTime <= now);
  }

  /** Silent for good. */
  close(): void {
    this.cancel();
    this.#volume.disconnect();
  }
}

function soundOf(context: BaseAudioContext, accented: boolean): AudioBuffer {
  const { sampleRate } = context;
  const samples = clickSamples(sampleRate, accented);
  const buffer = new AudioBuffer({ length: samples.length, sampleRate });
  buffer.copyToChannel(samples, 0);
  return buffer;
}
