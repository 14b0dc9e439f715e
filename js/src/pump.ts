/**
 * Drives one song through an engine: pushes a slice, pulls what became ready, and says so. At most
 * one request is under way, so the memory in use does not depend on the length of the song.
 */

import type { AudioSource, Slice } from "./audio.js";
import type { Engine } from "./engine.js";
import { DivisiError } from "./errors.js";
import type { Progress, StemBlock } from "./types.js";

/** A block has at most this many samples in all, so that copying one takes a few milliseconds. */
const maxBlockSamples = 2 ** 20;

export class Pump {
  readonly #engine: Engine;
  readonly #source: AudioSource;
  readonly #slices: AsyncGenerator<Slice, void, void>;
  readonly #stems: readonly string[];
  readonly #maxFrames: number;
  readonly #onProgress: ((progress: Progress) => void) | undefined;
  #ready = 0;
  #pushed = 0;
  #pulled = 0;
  #finished = false;
  #stopped = false;

  /** The engine's stream is open and yields `stems`. */
  constructor(
    engine: Engine,
    source: AudioSource,
    stems: readonly string[],
    onProgress: ((progress: Progress) => void) | undefined,
  ) {
    this.#engine = engine;
    this.#source = source;
    this.#slices = source.slices();
    this.#stems = stems;
    this.#maxFrames = Math.floor(maxBlockSamples / (source.channelCount * stems.length));
    this.#onProgress = onProgress;
  }

  /** The next block, or undefined after the last. One call at a time. */
  async next(): Promise<StemBlock | undefined> {
    while (!this.#stopped) {
      if (this.#ready > 0) return this.#pull();
      if (this.#finished) return undefined;
      const slice = await this.#slices.next();
      if (this.#stopped) return undefined;
      if (slice.done) await this.#finish();
      else await this.#push(slice.value);
    }
    return undefined;
  }

  /** Nothing more is asked of the engine or of the source. */
  stop(): void {
    this.#stopped = true;
    // The source may be waiting for something of its own; nobody waits for it to notice.
    this.#slices.return().catch(() => undefined);
  }

  async #push(channels: Slice): Promise<void> {
    this.#pushed += channels[0]?.length ?? 0;
    const transfer = channels.map((samples) => samples.buffer);
    this.#ready = (await this.#engine.call("push", { channels }, { transfer })).ready;
  }

  async #finish(): Promise<void> {
    if (this.#pushed === 0) {
      throw new DivisiError("bad-audio", "the audio is empty: expected at least 1 frame, got 0");
    }
    this.#finished = true;
    this.#ready = (await this.#engine.call("finish", null)).ready;
  }

  async #pull(): Promise<StemBlock> {
    const maxFrames = this.#maxFrames;
    const { frameCount, stems } = await this.#engine.call("pull", { maxFrames });
    const startFrame = this.#pulled;
    this.#pulled += frameCount;
    this.#ready -= frameCount;
    this.#onProgress?.({ done: this.#pulled, total: this.#source.frameCount, unit: "frames" });
    return {
      startFrame,
      frameCount,
      stems: Object.fromEntries(this.#stems.map((name, i) => [name, stems[i] ?? []])),
    };
  }
}
