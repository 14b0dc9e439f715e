/// <reference lib="esnext.disposable" preserve="true" />
import type { AudioInput, AudioStream } from "../audio/types.js";
import { checkOptions } from "../base/options.js";
import { readTask, type Task } from "../engine/pool/loaded_worker.js";
import type { EngineInfo } from "../engine/pool/types.js";
import { WorkerPool } from "../engine/pool/worker_pool.js";
import type { ModelDocuments } from "../engine/protocol/calls.js";
import { type Items, type Output, rowsOf } from "../engine/protocol/items.js";
import { openInput } from "../input/open_input.js";
import { referenceFor } from "../library/tracks/statistics.js";
import type { TagLabel } from "../models/types.js";
import { checkHop, type PatchFrames } from "./options.js";
import { Mean, rankTags } from "./rank_tags.js";
import type { TaggerOptions, Taggram, TagOptions, TagResult, TagRow } from "./types.js";

/** So many are copied at once: with a hop of one frame that is 4 s of music, and 256 KiB. */
const maxRows = 256;

/** What a tagging model says about itself. */
export interface TaggerFacts extends PatchFrames {
  readonly model: string;
  readonly labels: readonly TagLabel[];
}

/** The part of a tagging model's `divisi.task` that is used here. */
interface TaggingTask {
  task: "tagging";
  sampleRate: number;
  frontEnd: { hop: number };
  chunking: { frames: number };
  labels: TagLabel[];
}

export const taggingTask: Task<TaggerFacts> = { name: "tagger", read: readFacts };

/**
 * Hears genre, instruments, voices and mood in music, in a Worker of its own.
 *
 * ```ts
 * const tagger = await Tagger.create({ model: "musicnn-mtt", modelBase: "/models/" });
 * const { tags, taggram, embedding } = await tagger.tag(audioBuffer);
 * for await (const { startSeconds, scores } of tagger.stream(audioBuffer)) plot(startSeconds, scores);
 * tagger.close();
 * ```
 */
export class Tagger {
  readonly #pool: WorkerPool<TaggerFacts>;

  /** Starts a Worker and loads the model into it. */
  static async create(options: TaggerOptions): Promise<Tagger> {
    return new Tagger(await WorkerPool.create(taggingTask, options));
  }

  private constructor(pool: WorkerPool<TaggerFacts>) {
    this.#pool = pool;
  }

  /** The model's name, which tells whose results can be compared. */
  get model(): string {
    return this.#pool.facts.model;
  }

  /** The model's tags, in the order of its scores. */
  get labels(): readonly TagLabel[] {
    return this.#pool.facts.labels;
  }

  /**
   * Tags a whole song, a stream of any length or a file (`docs/files.md`): memory grows by a row of scores a patch only.
   * Several calls at once take turns.
   *
   * Rejects with a DivisiError, or with the signal's reason as soon as it is aborted.
   */
  async tag(audio: AudioInput | AudioStream | Blob, options: TagOptions = {}): Promise<TagResult> {
    const { model, labels } = this.#pool.facts;
    const rows: Float32Array[] = [];
    const scores = new Mean();
    const embedding = new Mean();
    let times = { hopSeconds: 0, patchSeconds: 0 };
    let padded = false;
    for await (const batch of this.#stream(audio, options)) {
      times = batch.times;
      padded ||= batch.padded;
      for (const row of batch.rows) {
        rows.push(row.scores);
        scores.add(row.scores);
        embedding.add(row.embedding);
      }
    }
    const song = { model, embedding: embedding.value() };
    return {
      ...song,
      tags: rankTags(labels, scores.value(), referenceFor(song)),
      taggram: { ...times, labels: labels.map(({ name }) => name), rows },
      padded,
    };
  }

  /**
   * Yields a row for each patch as soon as it is computed. The audio is read as fast as rows are
   * taken, and memory does not grow with its length. Several streams at once take turns: end one (by
   * `break` or its signal) before waiting for another.
   */
  async *stream(
    audio: AudioInput | AudioStream | Blob,
    options: TagOptions = {},
  ): AsyncGenerator<TagRow, void, void> {
    let index = 0;
    for await (const { rows, times } of this.#stream(audio, options)) {
      for (const row of rows) yield { startSeconds: times.hopSeconds * index++, ...row };
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

  /** For `using tagger = …`. (Where there is no Symbol.dispose this is just never called.) */
  [Symbol.dispose](): void {
    this.close();
  }

  async *#stream(
    audio: AudioInput | AudioStream | Blob,
    tagOptions: TagOptions,
  ): AsyncGenerator<TagBatch, void, void> {
    checkOptions(tagOptions);
    const { hopSeconds, signal, onProgress } = tagOptions;
    const input = await openInput(audio, { signal, wasmBase: this.#pool.wasmBase });
    try {
      this.#pool.checkOpen();
      signal?.throwIfAborted();
      const options = { hopFrames: checkHop(hopSeconds, this.#pool.facts) };
      const how = { options, maxItems: maxRows, signal, onProgress };
      for await (const { outputs, items } of this.#pool.stream(input, how)) {
        yield {
          times: tagTimes(outputs),
          rows: pairRows(items.scores, items.embedding),
          padded: rowsOf(items.padded).some(([padded]) => padded === 1),
        };
      }
    } finally {
      await input.close();
    }
  }
}

/** What a tagging gives at a time. */
interface TagBatch {
  readonly times: TagTimes;
  readonly rows: readonly Omit<TagRow, "startSeconds">[];
  /** Known at the end. */
  readonly padded: boolean;
}

type TagTimes = Pick<Taggram, "hopSeconds" | "patchSeconds">;

/** Where the patches of a stream with these outputs lie. */
export function tagTimes(outputs: readonly Output[]): TagTimes {
  const { rate = 0, itemSeconds = 0 } = outputs.find(({ name }) => name === "scores") ?? {};
  return { hopSeconds: 1 / rate, patchSeconds: itemSeconds };
}

/** A row for each patch. */
export function pairRows(scores: Items | undefined, embedding: Items | undefined) {
  const embeddings = rowsOf(embedding);
  return rowsOf(scores).map((row, i) => ({
    scores: row,
    embedding: embeddings[i] ?? new Float32Array(),
  }));
}

function readFacts({ task, card }: ModelDocuments): TaggerFacts {
  const { sampleRate, frontEnd, chunking, labels } = readTask<TaggingTask>(task, "tagging");
  return {
    // Cards are for people: the engine does not insist on what they say.
    model: String((JSON.parse(card) as { name?: unknown }).name ?? "unnamed"),
    labels,
    frameSeconds: frontEnd.hop / sampleRate,
    patchFrames: chunking.frames,
  };
}
