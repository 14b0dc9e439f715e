/**
 * A task that hears what passes through a node of a Web Audio graph: how the node is made and joined
 * to a stream in a Worker, whose rows and events come back.
 *
 *   const tap = await LiveTap.open(context, task, options, () => ({ hopFrames: 0 }));
 *   tap.onItems = (items, lostSeconds) => …;      // of each output that is not audio
 */

import type { DivisiError } from "../../base/errors.js";
import {
  checkChannelCount,
  checkTransport,
  loadWorklet,
  makeNode,
} from "../../live/audio_context.js";
import { createRing, transferOf } from "../../live/ring/ring.js";
import type { LiveOptions } from "../../live/types.js";
import type { TapMessage, TapReport } from "../../live/worklet/messages.js";
import { tapName } from "../../live/worklet/names.js";
import type { OpenedStream, StreamTiming, TaskOptions } from "../protocol/calls.js";
import { fromFailure } from "../protocol/failure.js";
import type { Items, Output } from "../protocol/items.js";
import type { RelayMessage } from "../protocol/relay.js";
import {
  inspectWorker,
  type LoadedWorker,
  type PoolOptions,
  startWorker,
  type Task,
} from "./loaded_worker.js";
import type { EngineInfo } from "./types.js";

/** A Worker that was kept from its work for so long has lost nothing. */
const bufferSeconds = 8;
const usualBlockFrames = 2048;

/** Takes what has come, of each output that is not audio, in their order. */
export type OnItems = (items: readonly Items[], lostSeconds: number) => void;

/** Hears that a live stream left sound out, or is in time again, and how much it has left out so far. */
export type OnOverload = (overloaded: boolean, skippedSeconds: number) => void;

/** How a stream is joined to the node. */
export interface TapUse {
  /** A live stream may be behind by so many seconds before it leaves sound out. 0: no live stream. */
  readonly headroomSeconds: number;
  /** Frames that travel together where there is no shared memory. Default 2048: few messages. */
  readonly blockFrames?: number;
}

export class LiveTap<Facts> {
  /** Passes everything on unchanged. */
  readonly node: AudioWorkletNode;
  readonly facts: Facts;
  readonly outputs: readonly Output[];
  readonly timing: StreamTiming;
  onItems: OnItems | undefined;
  onOverload: OnOverload | undefined;
  /** It has ended; sound still passes through. */
  onError: ((error: DivisiError) => void) | undefined;
  readonly #worker: LoadedWorker<Facts>;
  readonly #port: MessagePort;
  #firstFrame: number | undefined;
  #load = 0;

  /** @param streamOptions makes the task's options of what it has read in the model */
  static async open<Facts>(
    context: BaseAudioContext,
    task: Task<Facts>,
    options: PoolOptions & LiveOptions,
    streamOptions: (facts: Facts) => TaskOptions,
    { headroomSeconds, blockFrames = usualBlockFrames }: TapUse = { headroomSeconds: 0 },
  ): Promise<LiveTap<Facts>> {
    const { signal, workletUrl } = options;
    signal?.throwIfAborted();
    const shared = checkTransport(options.transport);
    const channelCount = checkChannelCount(options.channelCount);
    await loadWorklet(context, workletUrl, signal);
    const worker = await startWorker(task, options, { live: headroomSeconds > 0 });
    const { client, facts } = worker;
    try {
      signal?.throwIfAborted();
      const { sampleRate } = context;
      const format = { sampleRate, channelCount };
      const opened = await client.call("open", { format, options: streamOptions(facts) });
      const capacityFrames = bufferSeconds * sampleRate;
      const ring = createRing({ channelCount, capacityFrames, shared, blockFrames });
      const { port1, port2 } = new MessageChannel();
      const headroomFrames = Math.round(headroomSeconds * sampleRate);
      await client.call(
        "relay",
        { stream: opened.stream, input: ring.reader, port: port2, headroomFrames },
        { transfer: [...transferOf(ring.reader), port2] },
      );
      const node = makeNode(context, tapName, { inputs: 1, outputs: 1, channelCount });
      const opening: TapMessage = { type: "open", output: ring.writer };
      node.port.postMessage(opening, transferOf(ring.writer));
      return new LiveTap(node, worker, opened, port1);
    } catch (error) {
      client.close();
      throw error;
    }
  }

  private constructor(
    node: AudioWorkletNode,
    worker: LoadedWorker<Facts>,
    { outputs, timing }: OpenedStream,
    port: MessagePort,
  ) {
    this.node = node;
    this.facts = worker.facts;
    this.outputs = outputs;
    this.timing = timing;
    this.#worker = worker;
    this.#port = port;
    node.port.onmessage = ({ data }: MessageEvent<TapReport>) => {
      this.#firstFrame = data.firstFrame;
    };
    port.onmessage = ({ data }: MessageEvent<RelayMessage>) => {
      if (data.type === "load") this.#load = data.load;
      if (data.type === "overload") this.onOverload?.(data.overloaded, data.skippedSeconds);
      if (data.type === "items") this.onItems?.(data.items, data.lostSeconds);
      if (data.type === "failure") this.onError?.(fromFailure(data.failure));
    };
    worker.client.onEnd = (error) => this.onError?.(error);
  }

  /** Time of the context at which the stream's begins; undefined before anything was heard. */
  get startTime(): number | undefined {
    if (this.#firstFrame === undefined) return undefined;
    return this.#firstFrame / this.node.context.sampleRate;
  }

  /** The share of one core that computing takes; 0 until some seconds were heard. */
  get load(): number {
    return this.#load;
  }

  async inspect(): Promise<EngineInfo> {
    return inspectWorker(this.#worker);
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
}
