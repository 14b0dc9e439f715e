/// <reference lib="esnext.disposable" preserve="true" />
/**
 * Meter: how loud audio sounds, after EBU R 128, in a Worker of its own. It needs no model.
 *
 *   const meter = await Meter.create();
 *   const { integrated, range, truePeak } = await meter.measure(audioBuffer);
 *   for await (const { startSeconds, shortTerm } of meter.stream(audioBuffer)) draw(shortTerm);
 *   meter.close();
 */

import { openAudio } from "../audio/audio_source.js";
import type { AudioInput, AudioStream } from "../audio/types.js";
import type { Task } from "../engine/pool/loaded_worker.js";
import type { EngineInfo } from "../engine/pool/types.js";
import { type Batch, WorkerPool } from "../engine/pool/worker_pool.js";
import { rowsOf } from "../engine/protocol/items.js";
import type {
  LoudnessResult,
  LoudnessRow,
  LoudnessSummary,
  MeasureOptions,
  MeterOptions,
} from "./types.js";

/** So many are copied at once: 26 s of audio. */
const maxRows = 256;
const rowSeconds = 0.1;

/** A meter has no model to read anything in. */
const loudnessTask: Task<null> = { name: "meter", withoutModel: "loudness", read: () => null };

const silence: LoudnessSummary = {
  integrated: Number.NEGATIVE_INFINITY,
  range: 0,
  maxMomentary: Number.NEGATIVE_INFINITY,
  maxShortTerm: Number.NEGATIVE_INFINITY,
  truePeak: Number.NEGATIVE_INFINITY,
  samplePeak: Number.NEGATIVE_INFINITY,
};

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
   * Measures a whole song, or a stream of any length: memory grows by a row of numbers every 100 ms
   * only. Several calls at once take turns.
   *
   * Rejects with a DivisiError, or with the signal's reason as soon as it is aborted.
   */
  async measure(
    audio: AudioInput | AudioStream,
    options: MeasureOptions = {},
  ): Promise<LoudnessResult> {
    const rows: LoudnessNumbers[] = [];
    let summary = silence;
    for await (const batch of this.#stream(audio, options)) {
      rows.push(...named<LoudnessNumbers>(batch, "loudness"));
      summary = named<LoudnessSummary>(batch, "summary")[0] ?? summary;
    }
    const column = (name: keyof LoudnessNumbers) => Float32Array.from(rows, (row) => row[name]);
    return {
      ...summary,
      curve: {
        hopSeconds: rowSeconds,
        momentary: column("momentary"),
        shortTerm: column("shortTerm"),
        truePeak: column("truePeak"),
      },
    };
  }

  /**
   * Yields a row for every 100 ms as soon as it is measured. The audio is read as fast as rows are
   * taken, and memory does not grow with its length. Several streams at once take turns: end one (by
   * `break` or its signal) before waiting for another.
   */
  async *stream(
    audio: AudioInput | AudioStream,
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
    audio: AudioInput | AudioStream,
    { signal, onProgress }: MeasureOptions,
  ): AsyncGenerator<Batch, void, void> {
    const source = openAudio(audio);
    this.#pool.checkOpen();
    signal?.throwIfAborted();
    yield* this.#pool.stream(source, { options: {}, maxItems: maxRows, signal, onProgress });
  }
}

type LoudnessNumbers = Omit<LoudnessRow, "startSeconds">;

/** The rows of an output, each an object with the names that the core gives its numbers. */
function named<T>({ outputs, items }: Batch, name: string): T[] {
  const labels = outputs.find((output) => output.name === name)?.labels ?? [];
  return rowsOf(items[name]).map(
    (row) => Object.fromEntries(labels.map((label, i) => [label, row[i]])) as T,
  );
}
