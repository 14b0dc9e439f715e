/// <reference lib="esnext.disposable" preserve="true" />
import type { AudioInput, AudioStream } from "../audio/types.js";
import { checkOptions, inRange } from "../base/options.js";
import { readTask, type Task } from "../engine/pool/loaded_worker.js";
import type { EngineInfo } from "../engine/pool/types.js";
import { WorkerPool } from "../engine/pool/worker_pool.js";
import type { TaskOptions } from "../engine/protocol/calls.js";
import { streamInput } from "../input/stream_input.js";
import { HitCollector } from "./hit_collector.js";
import type {
  DrumHit,
  DrumsResult,
  DrumTranscriberOptions,
  TranscribeDrumsOptions,
} from "./types.js";

/** So many are copied at once. */
const maxItems = 4096;

const drumsTask: Task<unknown> = {
  name: "drum transcriber",
  read: ({ task }) => readTask<{ task: "drums" }>(task, "drums"),
};

/**
 * Hears which drums are struck in a song, when and how hard, in a Worker of its own: in a mix, or in
 * drums alone.
 *
 * ```ts
 * const drums = await DrumTranscriber.create({ modelBase: "/models/" });
 * const { hits } = await drums.transcribe(audioBuffer);
 * for (const { seconds, instrument, velocity } of hits) console.log(seconds, instrument, velocity);
 * drums.close();
 * ```
 */
export class DrumTranscriber {
  readonly #pool: WorkerPool<unknown>;

  /** Starts a Worker and loads the model into it; by default `drums`. */
  static async create(options: DrumTranscriberOptions = {}): Promise<DrumTranscriber> {
    checkOptions(options);
    const { model = "drums", ...rest } = options;
    return new DrumTranscriber(await WorkerPool.create(drumsTask, { ...rest, model }));
  }

  private constructor(pool: WorkerPool<unknown>) {
    this.#pool = pool;
  }

  /**
   * The drums of a whole song, a stream of any length or a file (`docs/files.md`): memory grows by
   * the hits only. Several calls at once take turns.
   *
   * Rejects with a DivisiError, or with the signal's reason as soon as it is aborted.
   */
  async transcribe(
    audio: AudioInput | AudioStream | Blob,
    options: TranscribeDrumsOptions = {},
  ): Promise<DrumsResult> {
    const hits: DrumHit[] = [];
    for await (const hit of this.stream(audio, options)) hits.push(hit);
    return { hits };
  }

  /**
   * Yields hits in the order of time, some 10 s behind what is read. The audio is read as fast as
   * hits are taken, and memory does not grow with its length. Several streams at once take turns:
   * end one (by `break` or its signal) before waiting for another.
   */
  async *stream(
    audio: AudioInput | AudioStream | Blob,
    options: TranscribeDrumsOptions = {},
  ): AsyncGenerator<DrumHit, void, void> {
    checkOptions(options);
    const { signal, onProgress } = options;
    const how = { options: taskOptions(options), maxItems, signal, onProgress };
    const collector = new HitCollector();
    for await (const batch of streamInput(this.#pool, audio, how)) yield* collector.add(batch);
  }

  /** What the engine runs on and how much memory it takes. */
  async inspect(): Promise<EngineInfo> {
    return this.#pool.inspect();
  }

  /** Ends the Worker and frees its memory. What is under way rejects with `closed`. */
  close(): void {
    this.#pool.close();
  }

  /** For `using transcriber = …`. (Where there is no Symbol.dispose this is just never called.) */
  [Symbol.dispose](): void {
    this.close();
  }
}

function taskOptions({ sensitivity }: TranscribeDrumsOptions): TaskOptions {
  return sensitivity === undefined
    ? {}
    : { sensitivity: inRange("sensitivity", sensitivity, 0, 1) };
}
