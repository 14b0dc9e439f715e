/**
 * Drives one song through a Worker: pushes a slice, takes what became ready, and says so. At most
 * one request is under way and one slice read ahead, so the memory in use does not depend on the
 * length of the song.
 */

import type { AudioSource, Slice } from "../../audio/audio_source.js";
import { DivisiError } from "../../base/errors.js";
import type { WorkerClient } from "./worker_client.js";

/** Where the results of a Worker's open stream come out. */
export interface StreamOutput<T> {
  /** Takes some of what is ready, at least one. `taken` says how many of the stream's units. */
  take(): Promise<{ readonly taken: number; readonly result: T }>;
  /** So many frames have gone in by now. */
  pushed?(frameCount: number): void;
  /** Whether all that is wanted was taken. Without it: all that comes is wanted. */
  full?(): boolean;
}

export class StreamJob<T> {
  readonly #client: WorkerClient;
  readonly #slices: AsyncGenerator<Slice, void, void>;
  /** The slice after the last one pushed, read while the Worker is busy with that. */
  #ahead: Promise<IteratorResult<Slice, void>> | undefined;
  readonly #goesOn: boolean;
  readonly #output: StreamOutput<T>;
  #ready = 0;
  #pushed = 0;
  #finished = false;
  #stopped = false;

  constructor(client: WorkerClient, source: AudioSource, output: StreamOutput<T>) {
    this.#client = client;
    this.#slices = source.slices();
    this.#goesOn = source.goesOn ?? false;
    this.#output = output;
  }

  /** The next result, or undefined after the last. One call at a time. */
  async next(): Promise<T | undefined> {
    while (!this.#stopped && !this.#output.full?.()) {
      if (this.#ready > 0) return this.#take();
      if (this.#finished) return undefined;
      const slice = await (this.#ahead ?? this.#slices.next());
      if (this.#stopped) return undefined;
      if (slice.done) await this.#finish();
      else await this.#push(slice.value);
    }
    return undefined;
  }

  /** Nothing more is asked of the Worker or of the source. */
  stop(): void {
    this.#stopped = true;
    // The source may be waiting for something of its own; nobody waits for it to notice.
    this.#slices.return().catch(() => undefined);
  }

  async #push(channels: Slice): Promise<void> {
    this.#pushed += channels[0]?.length ?? 0;
    const transfer = channels.map((samples) => samples.buffer);
    const pushed = this.#client.call("push", { channels }, { transfer });
    this.#ahead = this.#slices.next();
    // Whoever asks for the next result hears of it.
    this.#ahead.catch(() => undefined);
    this.#ready = (await pushed).ready;
    if (!this.#stopped) this.#output.pushed?.(this.#pushed);
  }

  async #finish(): Promise<void> {
    if (this.#pushed === 0) {
      throw new DivisiError("bad-audio", "the audio is empty: expected at least 1 frame, got 0");
    }
    this.#finished = true;
    if (this.#goesOn) return;
    this.#ready = (await this.#client.call("finish", null)).ready;
  }

  async #take(): Promise<T> {
    const { taken, result } = await this.#output.take();
    this.#ready -= taken;
    return result;
  }
}
