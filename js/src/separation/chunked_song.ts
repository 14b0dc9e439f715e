/**
 * A song in memory of which any stretch can be separated, by as many workers at once as there are.
 *
 *   const song = await ChunkedSong.open(pool, source, request);
 *   for await (const block of song.compute(3, 8, signal)) keep(block);   // chunks 3 to 7
 *
 * What a stretch gives is what the whole song's run gives there. A run that starts inside the song
 * computes one chunk more than it yields, so long runs are cheaper than many short ones.
 */

import type { WholeSong } from "../audio/audio_source.js";
import { abortable } from "../base/abort.js";
import type { StreamOutput } from "../engine/pool/stream_job.js";
import type { WorkerClient } from "../engine/pool/worker_client.js";
import type { WorkerPool } from "../engine/pool/worker_pool.js";
import type { ChunkBounds, SeparationRequest, SongRequest } from "../engine/protocol/calls.js";
import type { StemBlock } from "./types.js";

/** A block has at most this many samples in all, so that copying one takes a few milliseconds. */
const maxBlockSamples = 2 ** 20;

type Levels = Float64Array<ArrayBuffer>;

export class ChunkedSong {
  /** In order; together they cover the song. */
  readonly chunks: readonly ChunkBounds[];
  readonly #pool: WorkerPool<unknown>;
  readonly #source: WholeSong;
  readonly #request: SongRequest;
  /** Those that were measured, and on how much of the song. */
  #levels: Levels = new Float64Array();
  #measured = 0;

  /** Rejects with a DivisiError where the engine does not take such a song. */
  static async open(
    pool: WorkerPool<unknown>,
    source: WholeSong,
    request: SeparationRequest,
    signal: AbortSignal | undefined,
  ): Promise<ChunkedSong> {
    const songRequest = { ...request, frameCount: source.frameCount };
    const { chunks } = await abortable(pool.ask("cutSong", songRequest), signal);
    return new ChunkedSong(pool, source, songRequest, chunks);
  }

  private constructor(
    pool: WorkerPool<unknown>,
    source: WholeSong,
    request: SongRequest,
    chunks: readonly ChunkBounds[],
  ) {
    this.chunks = chunks;
    this.#pool = pool;
    this.#source = source;
    this.#request = request;
  }

  get sampleRate(): number {
    return this.#source.sampleRate;
  }

  get channelCount(): number {
    return this.#source.channelCount;
  }

  get frameCount(): number {
    return this.#source.frameCount;
  }

  /**
   * Yields the stems from chunk `first` to before chunk `end`, in blocks that follow one another
   * without gaps, on one of the workers: the first that is free. Ends early by `break` or by the
   * signal. The song is read as fast as blocks are taken.
   */
  async *compute(
    first: number,
    end: number,
    signal?: AbortSignal,
  ): AsyncGenerator<StemBlock, void, void> {
    const [from, to] = [this.#chunk(first), this.#chunk(end - 1)];
    const source = this.#source.part(from.inputBegin, to.inputEnd);
    yield* this.#pool.stream(source, signal, async (client) => {
      const levels = first > 0 ? await this.#measure(client, to.inputEnd, signal) : undefined;
      // After that the engine may be another's.
      signal?.throwIfAborted();
      const request = { ...this.#request, firstChunk: first, ...(levels && { levels }) };
      const { stems } = await client.call("openSeparation", request);
      return stemOutput(client, stems, this.channelCount, from.outputBegin, to.outputEnd);
    });
  }

  /** The levels that chunks hear which need no more of the song than the frames before `end`. */
  async #measure(
    client: WorkerClient,
    end: number,
    signal: AbortSignal | undefined,
  ): Promise<Levels> {
    if (this.#measured >= end) return this.#levels;
    await client.call("openMeasuring", this.#request);
    for await (const channels of this.#source.part(0, end).slices()) {
      signal?.throwIfAborted();
      const transfer = channels.map((samples) => samples.buffer);
      await client.call("push", { channels }, { transfer });
    }
    const { levels } = await client.call("pullLevels", null);
    if (end > this.#measured) {
      this.#measured = end;
      this.#levels = levels;
    }
    return levels;
  }

  #chunk(index: number): ChunkBounds {
    const bounds = this.chunks[index];
    if (!bounds) throw new RangeError(`chunk ${index} of ${this.chunks.length}`);
    return bounds;
  }
}

/** Takes blocks of every stem, of the frames from `begin` to before `end`. */
export function stemOutput(
  client: WorkerClient,
  names: readonly string[],
  channelCount: number,
  begin = 0,
  end = Number.POSITIVE_INFINITY,
): StreamOutput<StemBlock> {
  const blockFrames = Math.floor(maxBlockSamples / (channelCount * names.length));
  let startFrame = begin;
  return {
    async take() {
      const maxFrames = Math.min(blockFrames, end - startFrame);
      const { frameCount, stems } = await client.call("pull", { maxFrames });
      const result = {
        startFrame,
        frameCount,
        stems: Object.fromEntries(names.map((name, i) => [name, stems[i] ?? []])),
      };
      startFrame += frameCount;
      return { taken: frameCount, result };
    },
    full: () => startFrame >= end,
  };
}
