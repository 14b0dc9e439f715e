/**
 * How loud each chunk of a song hears it, measured once for all who compute some of its chunks: one
 * stream through one Worker, which goes on as far as somebody needs it. Measuring is hundreds of times
 * faster than separating.
 */

import type { WholeSong } from "../audio/audio_source.js";
import type { WorkerClient } from "../engine/pool/worker_client.js";
import type { StreamRequest } from "../engine/protocol/calls.js";

/**
 * So many slices may be under way: the Worker may be computing chunks of the song as well, and then
 * one slice at a time would have to wait for one of those each.
 */
const slicesUnderWay = 16;

interface Measuring {
  readonly client: WorkerClient;
  readonly stream: number;
}

export class SongLevels {
  readonly #source: WholeSong;
  readonly #request: StreamRequest;
  #measuring: Measuring | undefined;
  /** Frames that were measured, and what came of them: [chunk][channel group], full scale 1. */
  #done = 0;
  #levels: number[] = [];
  /** One at a time goes on with it. */
  #last: Promise<unknown> = Promise.resolve();
  #closed = false;

  /** @param request of a separation; its options are those of the runs */
  constructor(source: WholeSong, { format, options }: StreamRequest) {
    this.#source = source;
    const { frameCount } = source;
    this.#request = { format, options: { ...options, measure: true, frameCount } };
  }

  /**
   * The levels of all chunks that need no more of the song than the frames before `end`, and maybe
   * of more.
   *
   * @param client a Worker that may measure, where none does yet
   */
  upTo(
    end: number,
    client: WorkerClient,
    signal: AbortSignal | undefined,
  ): Promise<readonly number[]> {
    const levels = this.#last.then(() => this.#measure(end, client, signal));
    this.#last = levels.catch(() => undefined);
    return levels;
  }

  /** Ends the measuring. */
  close(): void {
    this.#closed = true;
    this.#forget();
  }

  async #measure(
    end: number,
    client: WorkerClient,
    signal: AbortSignal | undefined,
  ): Promise<readonly number[]> {
    while (this.#done < end) {
      signal?.throwIfAborted();
      const measuring = this.#measuring ?? (await this.#open(client));
      try {
        await this.#goOn(measuring, end, signal);
      } catch (error) {
        // What it took is not known any more. Where another's Worker died it starts again here.
        this.#forget();
        if (measuring.client === client) throw error;
      }
    }
    return this.#levels;
  }

  async #open(client: WorkerClient): Promise<Measuring> {
    const { stream } = await client.call("open", this.#request);
    this.#measuring = { client, stream };
    if (this.#closed) this.#forget();
    return { client, stream };
  }

  async #goOn(
    { client, stream }: Measuring,
    end: number,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const underWay: Promise<unknown>[] = [];
    for await (const channels of this.#source.part(this.#done, end).slices()) {
      if (signal?.aborted) break;
      if (underWay.length === slicesUnderWay) await underWay.shift();
      const transfer = channels.map(({ buffer }) => buffer);
      const pushed = client.call("push", { stream, channels }, { transfer });
      // Whoever waits for it hears of it; once one has failed nobody waits for the others.
      pushed.catch(() => undefined);
      underWay.push(pushed);
      this.#done += channels[0]?.length ?? 0;
    }
    await Promise.all(underWay);
    const { items } = await client.call("pull", { stream, maxItems: Number.MAX_SAFE_INTEGER });
    if (items[0]?.kind === "rows") this.#levels.push(...items[0].values);
  }

  #forget(): void {
    const measuring = this.#measuring;
    this.#measuring = undefined;
    this.#done = 0;
    this.#levels = [];
    if (!measuring) return;
    const { client, stream } = measuring;
    client.call("end", { stream }).catch(() => undefined);
  }
}
