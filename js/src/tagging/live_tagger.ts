/// <reference lib="esnext.disposable" preserve="true" />
import { badOption, checkOptions } from "../base/options.js";
import { emit, typedEvents } from "../base/typed_events.js";
import { LiveTap } from "../engine/pool/live_tap.js";
import type { EngineInfo } from "../engine/pool/types.js";
import { referenceFor } from "../library/tracks/statistics.js";
import type { TagLabel } from "../models/types.js";
import type { LiveTaggerEvents, LiveTaggerOptions } from "./live_types.js";
import { checkHop } from "./options.js";
import { rankTags } from "./rank_tags.js";
import { pairRows, type TaggerFacts, taggingTask, tagTimes } from "./tagger.js";

/**
 * Hears the tags of any stream about once a second, while it sounds.
 *
 * ```ts
 * const tagger = await LiveTagger.create(context, { model: "musicnn-mtt", modelBase: "/models/" });
 * context.createMediaStreamSource(microphone).connect(tagger.node);
 * tagger.addEventListener("tags", ({ detail }) => show(detail.tags.slice(0, 3), detail.taggram.rows));
 * // …
 * tagger.close();
 * ```
 */
export class LiveTagger extends typedEvents<LiveTaggerEvents>() {
  /** Connect what is to be tagged to this node; it passes everything on unchanged. */
  readonly node: AudioWorkletNode;
  readonly #tap: LiveTap<TaggerFacts>;
  readonly #times: ReturnType<typeof tagTimes>;
  readonly #historyRows: number;
  readonly #rows: Float32Array[] = [];
  #rowCount = 0;

  /** Loads the model into a Worker, and the worklet into `context`. */
  static async create(context: BaseAudioContext, options: LiveTaggerOptions): Promise<LiveTagger> {
    checkOptions(options);
    const { historySeconds = 30, hopSeconds = 1 } = options;
    if (!(typeof historySeconds === "number" && historySeconds > 0 && historySeconds <= 86_400)) {
      throw badOption("historySeconds", "more than 0 and up to 86400", historySeconds);
    }
    const tap = await LiveTap.open(context, taggingTask, options, (facts) => ({
      hopFrames: checkHop(hopSeconds, facts),
    }));
    return new LiveTagger(tap, historySeconds);
  }

  private constructor(tap: LiveTap<TaggerFacts>, historySeconds: number) {
    super();
    this.node = tap.node;
    this.#tap = tap;
    this.#times = tagTimes(tap.outputs);
    this.#historyRows = Math.max(1, Math.round(historySeconds / this.#times.hopSeconds));
    tap.onItems = ([scores, embedding], lostSeconds) => {
      for (const row of pairRows(scores, embedding)) this.#onRow(row, lostSeconds);
    };
    tap.onError = (error) => emit(this, "error", error);
  }

  /** The model's name, which tells whose results can be compared. */
  get model(): string {
    return this.#tap.facts.model;
  }

  /** The model's tags, in the order of its scores. */
  get labels(): readonly TagLabel[] {
    return this.#tap.facts.labels;
  }

  /** Seconds from one row to the next. */
  get hopSeconds(): number {
    return this.#times.hopSeconds;
  }

  /** What the engine runs on and how much memory it takes. */
  async inspect(): Promise<EngineInfo> {
    return this.#tap.inspect();
  }

  /** Ends the Worker and the node. */
  close(): void {
    this.#tap.close();
  }

  /** For `using tagger = …`. (Where there is no Symbol.dispose this is just never called.) */
  [Symbol.dispose](): void {
    this.close();
  }

  #onRow(row: ReturnType<typeof pairRows>[number], lostSeconds: number): void {
    const { model, labels } = this.#tap.facts;
    const { hopSeconds, patchSeconds } = this.#times;
    const startSeconds = this.#rowCount++ * hopSeconds + lostSeconds;
    this.#rows.push(row.scores);
    if (this.#rows.length > this.#historyRows) this.#rows.shift();
    const song = { model, embedding: row.embedding };
    emit(this, "tags", {
      startSeconds,
      ...row,
      endSeconds: startSeconds + patchSeconds,
      tags: rankTags(labels, row.scores, referenceFor(song)),
      taggram: { ...this.#times, labels: labels.map(({ name }) => name), rows: [...this.#rows] },
    });
  }
}
