/// <reference lib="esnext.disposable" preserve="true" />
import type { AudioInput, AudioStream } from "../audio/types.js";
import { checkOptions } from "../base/options.js";
import type { EngineInfo } from "../engine/pool/types.js";
import { type Batch, WorkerPool } from "../engine/pool/worker_pool.js";
import { streamInput } from "../input/stream_input.js";
import {
  LoudnessCollector,
  type LoudnessNumbers,
  loudnessTask,
  maxRows,
  named,
  rowSeconds,
} from "./collect.js";
import type { LoudnessResult, LoudnessRow, MeasureOptions, MeterOptions } from "./types.js";

/**
 * How loud audio sounds, after EBU R 128, in a Worker of its own. It needs no model.
 *
 * ```ts
 * const meter = await Meter.create();
 * const { integrated, range, truePeak } = await meter.measure(audioBuffer);
 * for await (const { startSeconds, shortTerm } of meter.stream(audioBuffer)) plot(startSeconds, shortTerm);
 * meter.close();
 * ```
 */
export class Meter {
  readonly #pool: WorkerPool<null>;

  /** Starts a Worker. */
  static async create(options: MeterOptions = {}): Promise<Meter> {
    return new Meter(await WorkerPool.create(loudnessTask, options));
  }

  private constructor(pool: WorkerPool<null>) {
    this.#pool = pool;
  }

  /**
   * Measures a whole song, a stream of any length or a file (`docs/files.md`): memory grows by a row of numbers every 100 ms
   * only. Several calls at once take turns.
   *
   * Rejects with a DivisiError, or with the signal's reason as soon as it is aborted.
   */
  async measure(
    audio: AudioInput | AudioStream | Blob,
    options: MeasureOptions = {},
  ): Promise<LoudnessResult> {
    const collector = new LoudnessCollector();
    for await (const batch of this.#stream(audio, options)) collector.add(batch);
    return collector.result();
  }

  /**
   * Yields a row for every 100 ms as soon as it is measured. The audio is read as fast as rows are
   * taken, and memory does not grow with its length. Several streams at once take turns: end one (by
   * `break` or its signal) before waiting for another.
   */
  async *stream(
    audio: AudioInput | AudioStream | Blob,
    options: MeasureOptions = {},
  ): AsyncGenerator<LoudnessRow, void, void> {
    let index = 0;
    for await (const batch of this.#stream(audio, options)) {
      for (const row of named<LoudnessNumbers>(batch, "loudness")) {
        yield { startSeconds: rowSeconds * index++, ...row };
      }
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

  /** For `using meter = …`. (Where there is no Symbol.dispose this is just never called.) */
  [Symbol.dispose](): void {
    this.close();
  }

  async *#stream(
    audio: AudioInput | AudioStream | Blob,
    options: MeasureOptions,
  ): AsyncGenerator<Batch, void, void> {
    checkOptions(options);
    const { signal, onProgress } = options;
    yield* streamInput(this.#pool, audio, { options: {}, maxItems: maxRows, signal, onProgress });
  }
}
