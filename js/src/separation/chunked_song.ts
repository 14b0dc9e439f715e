/**
 * A song in memory of which any stretch can be separated, by as many workers at once as there are.
 *
 *   const song = await ChunkedSong.open(pool, openAudio(audio), options);
 *   for await (const block of song.compute(3, 8, signal)) keep(block);   // chunks 3 to 7
 *   song.close();
 *
 * What a stretch gives is what the whole song's run gives there. A run that starts inside the song
 * computes one chunk more than it yields, so long runs are cheaper than many short ones.
 */

import type { AudioSource, WholeSong } from "../audio/audio_source.js";
import { isWhole } from "../audio/audio_source.js";
import { abortable } from "../base/abort.js";
import { DivisiError } from "../base/errors.js";
import { formatOf } from "../engine/pool/worker_pool.js";
import type { ChunkBounds, StreamRequest } from "../engine/protocol/calls.js";
import { checkSeparateOptions } from "./options.js";
import { type SeparationPool, streamStems } from "./separation_pool.js";
import { SongLevels } from "./song_levels.js";
import type { SeparateOptions, StemBlock } from "./types.js";

export class ChunkedSong {
  /** In order; together they cover the song. */
  readonly chunks: readonly ChunkBounds[];
  readonly frameCount: number;
  readonly #pool: SeparationPool;
  readonly #source: WholeSong;
  readonly #request: StreamRequest;
  readonly #stemCount: number;
  readonly #levels: SongLevels;

  /** Rejects with a DivisiError where the engine does not take such a song. */
  static async open(
    pool: SeparationPool,
    source: AudioSource,
    options: SeparateOptions,
  ): Promise<ChunkedSong> {
    if (!isWhole(source)) {
      throw new DivisiError("bad-audio", "expected a song in memory or a file, got a stream");
    }
    pool.checkOpen();
    options.signal?.throwIfAborted();
    const { frameCount } = source;
    const checked = checkSeparateOptions(options, pool.facts);
    const request = { format: formatOf(source), options: { ...checked } };
    const asking = pool.ask("chunks", { ...request, frameCount });
    const { chunks } = await abortable(asking, options.signal);
    const stemCount = checked.stems.length || pool.facts.length;
    return new ChunkedSong(pool, source, request, { chunks, stemCount });
  }

  private constructor(
    pool: SeparationPool,
    source: WholeSong,
    request: StreamRequest,
    { chunks, stemCount }: { chunks: readonly ChunkBounds[]; stemCount: number },
  ) {
    this.chunks = chunks;
    this.frameCount = source.frameCount;
    this.#pool = pool;
    this.#source = source;
    this.#request = request;
    this.#stemCount = stemCount;
    this.#levels = new SongLevels(source, request);
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
    const { options } = this.#request;
    yield* streamStems(this.#pool, this.#source.part(from.inputBegin, to.inputEnd), {
      options: async (client) => {
        if (first === 0) return options;
        const levels = await this.#levels.upTo(to.inputEnd, client, signal);
        return { ...options, firstChunk: first, levels };
      },
      signal,
      stemCount: this.#stemCount,
      begin: from.outputBegin,
      end: to.outputEnd,
    });
  }

  /** Frees what the Workers keep of the song. */
  close(): void {
    this.#levels.close();
  }

  #chunk(index: number): ChunkBounds {
    const bounds = this.chunks[index];
    if (!bounds) throw new RangeError(`chunk ${index} of ${this.chunks.length}`);
    return bounds;
  }
}
