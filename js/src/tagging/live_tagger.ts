/// <reference lib="esnext.disposable" preserve="true" />
/**
 * LiveTagger: hears the tags of any stream about once a second, while it sounds.
 *
 *   const tagger = await LiveTagger.create(context, { model: "musicnn-mtt", modelBase: "/models/" });
 *   context.createMediaStreamSource(microphone).connect(tagger.node);
 *   tagger.addEventListener("tags", ({ detail }) => show(detail.tags.slice(0, 3), detail.taggram));
 *   …
 *   tagger.close();
 */

import { DivisiError } from "../base/errors.js";
import { emit, typedEvents } from "../base/typed_events.js";
import { type LoadedWorker, startWorker } from "../engine/pool/loaded_worker.js";
import type { EngineInfo } from "../engine/pool/types.js";
import type { TaggingTimes } from "../engine/protocol/calls.js";
import { fromFailure } from "../engine/protocol/failure.js";
import type { TaggerRelayMessage } from "../engine/protocol/relay.js";
import { referenceFor } from "../library/tracks/statistics.js";
import { checkChannelCount, checkTransport, loadWorklet, makeNode } from "../live/audio_context.js";
import { createRing, transferOf } from "../live/ring/ring.js";
import type { TapMessage } from "../live/worklet/messages.js";
import { tapName } from "../live/worklet/names.js";
import type { TagLabel } from "../models/types.js";
import type { LiveTaggerEvents, LiveTaggerOptions } from "./live_types.js";
import { checkHop } from "./options.js";
import { rankTags } from "./rank_tags.js";
import { type TaggerFacts, taggingTask } from "./tagger.js";

/** A Worker that was kept from its work for so long has lost nothing. */
const bufferSeconds = 8;

export class LiveTagger extends typedEvents<LiveTaggerEvents>() {
  /** Connect what is to be tagged to this node; it passes everything on unchanged. */
  readonly node: AudioWorkletNode;
  readonly #worker: LoadedWorker<TaggerFacts>;
  readonly #times: TaggingTimes;
  readonly #historyRows: number;
  readonly #rows: Float32Array[] = [];
  readonly #port: MessagePort;

  /** Loads the model into a Worker, and the worklet into `context`. */
  static async create(context: BaseAudioContext, options: LiveTaggerOptions): Promise<LiveTagger> {
    const { signal, workletUrl, historySeconds = 30, hopSeconds = 1 } = options;
    signal?.throwIfAborted();
    const shared = checkTransport(options.transport);
    const channelCount = checkChannelCount(options.channelCount);
    if (!(historySeconds > 0 && historySeconds <= 86_400)) {
      throw new DivisiError(
        "bad-option",
        `historySeconds: expected more than 0 and up to 86400, got ${historySeconds}`,
      );
    }
    await loadWorklet(context, workletUrl, signal);
    const worker = await startWorker(taggingTask, options);
    const { client, facts } = worker;
    try {
      signal?.throwIfAborted();
      const { sampleRate } = context;
      const capacityFrames = bufferSeconds * sampleRate;
      const ring = createRing({ channelCount, capacityFrames, shared, blockFrames: 2048 });
      const relay = new MessageChannel();
      const request = {
        sampleRate,
        channelCount,
        hopFrames: checkHop(hopSeconds, facts),
        input: ring.reader,
        port: relay.port2,
      };
      const transfer = [...transferOf(ring.reader), relay.port2];
      const times = await client.call("openLiveTagging", request, { transfer });
      const node = makeNode(context, tapName, { inputs: 1, outputs: 1, channelCount });
      const opening: TapMessage = { type: "open", output: ring.writer };
      node.port.postMessage(opening, transferOf(ring.writer));
      return new LiveTagger(node, worker, { times, port: relay.port1, historySeconds });
    } catch (error) {
      client.close();
      throw error;
    }
  }

  private constructor(
    node: AudioWorkletNode,
    worker: LoadedWorker<TaggerFacts>,
    how: { times: TaggingTimes; port: MessagePort; historySeconds: number },
  ) {
    super();
    this.node = node;
    this.#worker = worker;
    this.#times = how.times;
    this.#historyRows = Math.max(1, Math.round(how.historySeconds / how.times.hopSeconds));
    this.#port = how.port;
    this.#port.onmessage = ({ data }: MessageEvent<TaggerRelayMessage>) => this.#onMessage(data);
    worker.client.onEnd = (error) => emit(this, "error", error);
  }

  /** The model's name, which tells whose results can be compared. */
  get model(): string {
    return this.#worker.facts.model;
  }

  /** The model's tags, in the order of its scores. */
  get labels(): readonly TagLabel[] {
    return this.#worker.facts.labels;
  }

  /** Seconds from one row to the next. */
  get hopSeconds(): number {
    return this.#times.hopSeconds;
  }

  /** What the engine runs on and how much memory it takes. */
  async inspect(): Promise<EngineInfo> {
    const { client, variant } = this.#worker;
    return { variant, workers: 1, ...(await client.call("inspect", null)) };
  }

  /** Ends the Worker and the node. */
  close(): void {
    this.#port.close();
    this.#worker.client.onEnd = undefined;
    this.#worker.client.close();
    const closing: TapMessage = { type: "close" };
    this.node.port.postMessage(closing);
    this.node.disconnect();
  }

  /** For `using tagger = …`. (Where there is no Symbol.dispose this is just never called.) */
  [Symbol.dispose](): void {
    this.close();
  }

  #onMessage(message: TaggerRelayMessage): void {
    if (message.type === "failure") {
      emit(this, "error", fromFailure(message.failure));
      return;
    }
    const { model, labels } = this.#worker.facts;
    const { row, endSeconds } = message;
    this.#rows.push(row.scores);
    if (this.#rows.length > this.#historyRows) this.#rows.shift();
    const song = { model, embedding: row.embedding };
    emit(this, "tags", {
      ...row,
      endSeconds,
      tags: rankTags(labels, row.scores, referenceFor(song)),
      taggram: { ...this.#times, labels: labels.map(({ name }) => name), rows: [...this.#rows] },
    });
  }
}
