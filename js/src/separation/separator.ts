/// <reference lib="esnext.disposable" preserve="true" />
/**
 * Separator: splits songs into stems, in Workers of its own.
 *
 *   const separator = await Separator.create({ model: "spleeter-2stems", modelBase: "/models/" });
 *   const { stems } = await separator.separate(audioBuffer);
 *   for await (const block of separator.stream(audioBuffer)) play(block.stems.vocals);
 *   separator.close();
 */

import { type AudioSource, isWhole, openAudio } from "../audio/audio_source.js";
import type { AudioInput, AudioStream } from "../audio/types.js";
import { DivisiError } from "../base/errors.js";
import type { EngineInfo } from "../engine/pool/types.js";
import { ChunkedSong } from "./chunked_song.js";
import { checkSeparateOptions } from "./options.js";
import { separateInRuns } from "./parallel_runs.js";
import { openSeparationPool, type SeparationPool, streamStems } from "./separation_pool.js";
import type {
  SeparateOptions,
  SeparationResult,
  SeparatorOptions,
  StemBlock,
  StemStore,
} from "./types.js";

export class Separator {
  readonly #pool: SeparationPool;

  /** Starts a Worker and loads the model into it. Further ones start with the first song for them. */
  static async create(options: SeparatorOptions): Promise<Separator> {
    return new Separator(await openSeparationPool(options));
  }

  private constructor(pool: SeparationPool) {
    this.#pool = pool;
  }

  /** The names of the model's stems. */
  get stems(): readonly string[] {
    return this.#pool.facts;
  }

  /**
   * Separates a whole song, by all workers at once. Several calls at once share the workers, in the
   * order of asking.
   *
   * Rejects with a DivisiError, or with the signal's reason as soon as it is aborted.
   */
  async separate(audio: AudioInput, options: SeparateOptions = {}): Promise<SeparationResult> {
    const source = openAudio(audio);
    const total = source.frameCount ?? 0;
    const stems: Record<string, Float32Array[]> = {};
    for await (const block of this.#blocks(source, options)) {
      for (const [name, channels] of Object.entries(block.stems)) {
        stems[name] ??= channels.map(() => allocate(total));
        channels.forEach((samples, i) => {
          stems[name]?.[i]?.set(samples, block.startFrame);
        });
      }
    }
    return { sampleRate: source.sampleRate, stems };
  }

  /**
   * Yields the stems block by block, each as soon as it is computed; blocks follow one another
   * without gaps and end where the audio ends. The song is read as fast as blocks are taken, and
   * memory does not grow with its length. A stream takes one worker; more streams than workers take
   * turns: end one (by `break` or its signal) before waiting for another.
   */
  async *stream(
    audio: AudioInput | AudioStream,
    options: SeparateOptions = {},
  ): AsyncGenerator<StemBlock, void, void> {
    yield* this.#stream(openAudio(audio), options);
  }

  /**
   * Computes what `store` lacks of a song's stems, from the song's beginning on, by one worker.
   * Progress counts the frames that were computed of those that were missing. Resolves when the store
   * has them all.
   */
  async separateInto(
    store: StemStore,
    audio: AudioInput,
    options: Omit<SeparateOptions, "stems"> = {},
  ): Promise<void> {
    const { signal, onProgress } = options;
    const song = await ChunkedSong.open(this.#pool, openAudio(audio), options);
    const runs = missingRuns(song.chunks, store);
    const total = runs.reduce((sum, { frameCount }) => sum + frameCount, 0);
    let done = 0;
    try {
      for (const { first, end } of runs) {
        for await (const block of song.compute(first, end, signal)) {
          store.add(block);
          done += block.frameCount;
          onProgress?.({ done, total, unit: "frames" });
        }
      }
    } finally {
      song.close();
    }
  }

  /** What the engine runs on and how much memory it takes. */
  async inspect(): Promise<EngineInfo> {
    return this.#pool.inspect();
  }

  /** Ends the Worker and frees its memory. What is under way rejects with `closed`. */
  close(): void {
    this.#pool.close();
  }

  /** For `using separator = …`. (Where there is no Symbol.dispose this is just never called.) */
  [Symbol.dispose](): void {
    this.close();
  }

  /** Blocks in order from one worker, or in any order from several. */
  async *#blocks(
    source: AudioSource,
    options: SeparateOptions,
  ): AsyncGenerator<StemBlock, void, void> {
    if (this.#pool.workers === 1 || !isWhole(source)) {
      yield* this.#stream(source, options);
      return;
    }
    const song = await ChunkedSong.open(this.#pool, source, options);
    try {
      yield* separateInRuns(song, this.#pool.workers, options);
    } finally {
      song.close();
    }
  }

  async *#stream(
    source: AudioSource,
    options: SeparateOptions,
  ): AsyncGenerator<StemBlock, void, void> {
    const { signal, onProgress } = options;
    this.#pool.checkOpen();
    signal?.throwIfAborted();
    const checked = checkSeparateOptions(options, this.stems);
    const stemCount = checked.stems.length || this.stems.length;
    const run = { options: { ...checked }, signal, stemCount };
    for await (const block of streamStems(this.#pool, source, run)) {
      const done = block.startFrame + block.frameCount;
      onProgress?.({ done, total: source.frameCount, unit: "frames" });
      yield block;
    }
  }
}

interface MissingRun {
  /** Its first chunk, and the one after its last. */
  readonly first: number;
  readonly end: number;
  readonly frameCount: number;
}

/** The chunks that are not in the store, in as few runs as can be. */
function missingRuns(chunks: ChunkedSong["chunks"], store: StemStore): readonly MissingRun[] {
  const runs: { first: number; end: number; frameCount: number }[] = [];
  for (const [index, { outputBegin, outputEnd }] of chunks.entries()) {
    if (store.has(outputBegin, outputEnd)) continue;
    const last = runs.at(-1);
    const frameCount = outputEnd - outputBegin;
    if (last?.end !== index) runs.push({ first: index, end: index + 1, frameCount });
    else {
      last.end += 1;
      last.frameCount += frameCount;
    }
  }
  return runs;
}

function allocate(frameCount: number): Float32Array {
  try {
    return new Float32Array(frameCount);
  } catch (cause) {
    throw new DivisiError(
      "out-of-memory",
      `no room for a stem of ${frameCount} frames; stream() needs no more room for longer songs`,
      { cause },
    );
  }
}
