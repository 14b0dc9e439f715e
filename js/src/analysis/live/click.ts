/** Clicks on beats, scheduled on the clock of an AudioContext. */

import { badOption } from "../../base/options.js";
import type { ClickOptions, LiveBeat } from "./live_types.js";

const clickSeconds = 0.04;
/** Two tones that stand out of music, the downbeat's an octave higher. */
const downbeatHz = 2000;
const beatHz = 1000;

/** A click that is over after `clickSeconds`: a sine that dies away. */
function clickBuffer(context: BaseAudioContext, hertz: number): AudioBuffer {
  const { sampleRate } = context;
  const length = Math.round(clickSeconds * sampleRate);
  const samples = Float32Array.from({ length }, (_, n) => {
    const t = n / sampleRate;
    // From its largest value on, so that its onset is sharp; the last quarter fades to silence.
    const fade = Math.min(1, (length - 1 - n) / (length / 4));
    return Math.cos(2 * Math.PI * hertz * t) * Math.exp(-t / 0.01) * fade;
  });
  const buffer = new AudioBuffer({ length, sampleRate, numberOfChannels: 1 });
  buffer.copyToChannel(samples, 0);
  return buffer;
}

export class Click {
  readonly #gain: GainNode;
  readonly #offsetSeconds: number;
  readonly #buffers: { readonly downbeat: AudioBuffer; readonly beat: AudioBuffer };
  readonly #scheduled = new Set<AudioBufferSourceNode>();

  constructor(context: BaseAudioContext, options: ClickOptions) {
    const { destination = context.destination, gain = 0.5, offsetSeconds = 0 } = options;
    checkNumber("gain", gain, 0, 1);
    checkNumber("offsetSeconds", offsetSeconds, -1, 1);
    if (!(destination instanceof AudioNode)) {
      throw badOption("click: destination", "an AudioNode", destination);
    }
    this.#offsetSeconds = offsetSeconds;
    this.#buffers = {
      downbeat: clickBuffer(context, downbeatHz),
      beat: clickBuffer(context, beatHz),
    };
    this.#gain = new GainNode(context, { gain });
    this.#gain.connect(destination);
  }

  /** @returns whether there was time left for it */
  schedule({ time, number }: LiveBeat): boolean {
    const { context } = this.#gain;
    const at = time + this.#offsetSeconds;
    if (at < context.currentTime) return false;
    const buffer = number === 1 ? this.#buffers.downbeat : this.#buffers.beat;
    const source = new AudioBufferSourceNode(context, { buffer });
    source.connect(this.#gain);
    source.onended = () => {
      source.disconnect();
      this.#scheduled.delete(source);
    };
    this.#scheduled.add(source);
    source.start(at);
    return true;
  }

  /** Ends clicks, those that are scheduled too. */
  stop(): void {
    for (const source of this.#scheduled) source.stop();
    this.#gain.disconnect();
  }
}

function checkNumber(name: string, value: unknown, least: number, most: number): void {
  if (typeof value === "number" && value >= least && value <= most) return;
  throw badOption(`click: ${name}`, `a number from ${least} to ${most}`, value);
}
