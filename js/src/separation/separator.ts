/// <reference lib="esnext.disposable" preserve="true" />
import { type AudioSource, isWhole } from "../audio/audio_source.js";
import type { AudioInput, AudioStream } from "../audio/types.js";
import { DivisiError } from "../base/errors.js";
import { badOption, checkOptions } from "../base/options.js";
import type { EngineInfo } from "../engine/pool/types.js";
import { openInput, openWhole } from "../input/open_input.js";
import type { ModelSource, StemName } from "../models/types.js";
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

/**
 * Splits songs into stems, in Workers of its own.
 *
 * ```ts
 * const separator = await Separator.create({ model: "spleeter-2stems", modelBase: "/models/" });
 * const { stems } = await separator.separate(audioBuffer);
 * for await (const block of separator.stream(audioBuffer)) play(block.stems.vocals);
 * separator.close();
 * ```
 *
 * `Stem` are the names of the model's stems, which the types know of the catalogue's models; of others
 * an app may say them: `as Separator<"drums" | "bass">`.
 */
export class Separator<Stem extends string = string> {
  readonly #pool: SeparationPool;

  /** Starts a Worker and loads the model into it. Further ones start with the first song for them. */
  static async create<Model extends ModelSource>(
    options: SeparatorOptions<Model>,
  ): Promise<Separator<StemName<Model>>> {
    return new Separator(await openSeparationPool(options));
  }

  private constructor(pool: SeparationPool) {
    this.#pool = pool;
  }

  /** The names of the model's stems. */
  get stems(): readonly Stem[] {
    return this.#pool.facts as readonly Stem[];
  }

  /**
   * Separates a whole song, by all workers at once. A file (`docs/files.md`) is decoded first, at its own rate:
   * `stream` reads it piece by piece. Several calls at once share the workers, in the
   * order of asking.
   *
   * Rejects with a DivisiError, or with the signal's reason as soon as it is aborted.
   */
  async separate<Chosen extends Stem = Stem>(
    audio: AudioInput | Blob,
    options: SeparateOptions<Chosen> = {},
  ): Promise<SeparationResult<Chosen>> {
    checkOptions(options);
    const source = await openWhole(audio, this.#inputOptions(options));
    if (!isWhole(source)) throw notWhole();
    const stems: Record<string, Float32Array[]> = {};
    for await (const block of this.#blocks(source, options)) {
      for (const [name, channels] of Object.entries(block.stems)) {
        stems[name] ??= channels.map(() => allocate(source.frameCount));
        channels.forEach((samples, i) => {
          stems[name]?.[i]?.set(samples, block.startFrame);
        });
      }
    }
    const chosen = stems as SeparationResult["stems"] as SeparationResult<Chosen>["stems"];
    return { sampleRate: source.sampleRate, stems: chosen };
  }

  /**
   * Yields the stems block by block, each as soon as it is computed; blocks follow one another
   * without gaps and end where the audio ends. The song is read as fast as blocks are taken, and
   * memory does not grow with its length. A stream takes one worker; more streams than workers take
   * turns: end one (by `break` or its signal) before waiting for another.
   */
  async *stream<Chosen extends Stem = Stem>(
    audio: AudioInput | AudioStream | Blob,
    options: SeparateOptions<Chosen> = {},
  ): AsyncGenerator<StemBlock<Chosen>, void, void> {
    checkOptions(options);
    const input = await openInput(audio, this.#inputOptions(options));
    try {
      yield* this.#stream(input, options) as AsyncGenerator<StemBlock<Chosen>, void, void>;
    } finally {
      await input.close();
    }
  }

  /**
   * Computes what `store` lacks of a song's stems, from the song's beginning on, by one worker.
   * Progress counts the frames that were computed of those that were missing. Resolves when the store
   * has them all.
   */
  async separateInto(
    store: StemStore,
    audio: AudioInput | Blob,
    options: Omit<SeparateOptions, "stems"> = {},
  ): Promise<void> {
    checkStore(store);
    checkOptions(options);
    const { signal, onProgress } = options;
    const source = await openWhole(audio, this.#inputOptions(options));
    const song = await ChunkedSong.open(this.#pool, source, options);
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

  #inputOptions({ signal }: SeparateOptions) {
    return { signal, wasmBase: this.#pool.wasmBase };
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

function notWhole(): DivisiError {
  return new DivisiError(
    "bad-audio",
    "expected a song in memory or a file, got a stream: stream() takes those",
  );
}

function checkStore(store: unknown): void {
  for (const method of ["has", "read", "add"]) {
    const value = (store as Record<string, unknown> | null | undefined)?.[method];
    if (typeof value !== "function") throw badOption("store", "a StemStore", store);
  }
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
