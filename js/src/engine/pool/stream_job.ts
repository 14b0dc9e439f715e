/**
 * Drives one song through a Worker: pushes a slice, takes what became ready, and says so. At most
 * one request is under way and one slice read ahead, so the memory in use does not depend on the
 * length of the song.
 */

import type { AudioSource, Slice } from "../../audio/audio_source.js";
import { DivisiError } from "../../base/errors.js";
import type { OpenedStream } from "../protocol/calls.js";
import type { Items } from "../protocol/items.js";
import type { WorkerClient } from "./worker_client.js";

export interface StreamJobOptions {
  /** The most items of an output that are taken at once. */
  readonly maxItems: number;
  /** The most items of an output that are taken in all. Default: all there are. */
  readonly limit?: number | undefined;
  /** So many frames have gone in by now. */
  readonly onPushed?: ((frameCount: number) => void) | undefined;
}

export class StreamJob {
  readonly #client: WorkerClient;
  readonly #stream: number;
  readonly #slices: AsyncGenerator<Slice, void, void>;
  /** The slice after the last one pushed, read while the Worker is busy with that. */
  #ahead: Promise<IteratorResult<Slice, void>> | undefined;
  readonly #goesOn: boolean;
  readonly #options: StreamJobOptions;
  /** Items that each output has ready. */
  #available: readonly number[] = [];
  /** Items of an output that are wanted yet. */
  #left: number;
  #pushed = 0;
  #finished = false;
  #stopped = false;

  constructor(
    client: WorkerClient,
    { stream }: OpenedStream,
    source: AudioSource,
    options: StreamJobOptions,
  ) {
    this.#client = client;
    this.#stream = stream;
    this.#slices = source.slices();
    this.#goesOn = source.goesOn ?? false;
    this.#options = options;
    this.#left = options.limit ?? Number.POSITIVE_INFINITY;
  }

  /** The next items of each output, or undefined after the last. One call at a time. */
  async next(): Promise<readonly Items[] | undefined> {
    while (!this.#stopped && this.#left > 0) {
      if (this.#available.some((count) => count > 0)) return this.#pull();
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
    const pushed = this.#client.call("push", { stream: this.#stream, channels }, { transfer });
    this.#ahead = this.#slices.next();
    // Whoever asks for the next result hears of it.
    this.#ahead.catch(() => undefined);
    this.#available = (await pushed).available;
    if (!this.#stopped) this.#options.onPushed?.(this.#pushed);
  }

  async #finish(): Promise<void> {
    if (this.#pushed === 0) {
      throw new DivisiError("bad-audio", "the audio is empty: expected at least 1 frame, got 0");
    }
    this.#finished = true;
    if (this.#goesOn) return;
    this.#available = (await this.#client.call("finish", { stream: this.#stream })).available;
  }

  async #pull(): Promise<readonly Items[]> {
    const maxItems = Math.min(this.#options.maxItems, this.#left);
    const { items } = await this.#client.call("pull", { stream: this.#stream, maxItems });
    this.#available = this.#available.map((count, i) => count - (items[i]?.count ?? 0));
    this.#left -= Math.max(...items.map(({ count }) => count));
    return items;
  }
}
