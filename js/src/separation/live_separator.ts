/// <reference lib="esnext.disposable" preserve="true" />
import { badOption, checkOptions } from "../base/options.js";
import { emit, typedEvents } from "../base/typed_events.js";
import { inspectWorker, type LoadedWorker, startWorker } from "../engine/pool/loaded_worker.js";
import type { EngineInfo } from "../engine/pool/types.js";
import { fromFailure } from "../engine/protocol/failure.js";
import type { RelayMessage } from "../engine/protocol/relay.js";
import { checkChannelCount, checkTransport, loadWorklet, makeNode } from "../live/audio_context.js";
import { headroomFrames, headroomLimits } from "../live/latency.js";
import { createRing, transferOf } from "../live/ring/ring.js";
import { StemGains } from "../live/stem_gains.js";
import type { LiveMessage, LiveReport } from "../live/worklet/messages.js";
import { liveName } from "../live/worklet/names.js";
import type { ModelSource, StemName } from "../models/types.js";
import type { LiveSeparatorEvents, LiveSeparatorOptions } from "./live_types.js";
import { separationTask } from "./separation_pool.js";

/** A Worker that was kept from its work for so long finds all that was heard meanwhile. */
const bufferSeconds = 4;

/**
 * Any stream of a Web Audio graph as stems, a constant time later.
 *
 * ```ts
 * const live = await LiveSeparator.create(context, { model: "spleeter-2stems", modelBase: "/models/" });
 * context.createMediaStreamSource(tabOrMicrophone).connect(live.node).connect(context.destination);
 * live.gain("vocals").value = 0;      // karaoke, live.latency seconds late
 * live.addEventListener("overload", () => console.warn(live.underruns));
 * // …
 * live.close();
 * ```
 */
export class LiveSeparator<
  Stem extends string = string,
> extends typedEvents<LiveSeparatorEvents>() {
  /**
   * Connect the stream to it, and it to what is to play. Output 0 is what the gains make of the
   * stems; output 1 + i is stem i alone, whatever its gain, and silent while stems are missing.
   */
  readonly node: AudioWorkletNode;
  readonly #worker: LoadedWorker<readonly string[]>;
  readonly #port: MessagePort;
  readonly #gains: StemGains;
  readonly #latencyFrames: number;
  #report: LiveReport = { underruns: 0, missingFrames: 0, overloaded: false };
  #load = 0;
  #closed = false;

  /** Loads the model into a Worker, and the worklet into `context`. */
  static async create<Model extends ModelSource>(
    context: BaseAudioContext,
    options: LiveSeparatorOptions<Model>,
  ): Promise<LiveSeparator<StemName<Model>>> {
    checkOptions(options);
    const { signal, workletUrl, latency = 2, headroomSeconds } = options;
    signal?.throwIfAborted();
    const shared = checkTransport(options.transport);
    const channelCount = checkChannelCount(options.channelCount);
    checkHeadroom(headroomSeconds);
    await loadWorklet(context, workletUrl, signal);
    const worker = await startWorker(separationTask, options, { live: true });
    const { client, facts: stems } = worker;
    try {
      const { sampleRate } = context;
      const stemCount = stems.length;
      const format = { sampleRate, channelCount };
      const { stream, timing } = await client.call("open", { format, options: { latency } });
      const headroom = headroomFrames(timing.runInterval, sampleRate, headroomSeconds);
      const latencyFrames = timing.latency + headroom;
      const capacityFrames = bufferSeconds * sampleRate;
      const heard = createRing({ channelCount, capacityFrames, shared });
      const stemChannels = channelCount * stemCount;
      const separated = createRing({ channelCount: stemChannels, capacityFrames, shared });
      const relay = new MessageChannel();
      const ends = { input: heard.reader, output: separated.writer, port: relay.port2 };
      const transfer = [...transferOf(ends.input), ...transferOf(ends.output), relay.port2];
      await client.call("relay", { stream, headroomFrames: headroom, ...ends }, { transfer });
      signal?.throwIfAborted();
      const outputs = 1 + stemCount;
      const node = makeNode(context, liveName, { inputs: 1, outputs, channelCount });
      const opening: LiveMessage = {
        type: "open",
        output: heard.writer,
        input: separated.reader,
        channelCount,
        stemCount,
        latencyFrames,
      };
      const nodeTransfer = [...transferOf(heard.writer), ...transferOf(separated.reader)];
      node.port.postMessage(opening, nodeTransfer);
      return new LiveSeparator(node, worker, relay.port1, latencyFrames);
    } catch (error) {
      client.close();
      throw error;
    }
  }

  private constructor(
    node: AudioWorkletNode,
    worker: LoadedWorker<readonly string[]>,
    port: MessagePort,
    latencyFrames: number,
  ) {
    super();
    this.node = node;
    this.#worker = worker;
    this.#port = port;
    this.#latencyFrames = latencyFrames;
    this.#gains = new StemGains(node, worker.facts);
    node.port.onmessage = ({ data }: MessageEvent<LiveReport>) => this.#onReport(data);
    port.onmessage = ({ data }: MessageEvent<RelayMessage>) => {
      if (data.type === "load") this.#load = data.load;
      if (data.type === "failure") emit(this, "error", fromFailure(data.failure));
    };
    worker.client.onEnd = (error) => emit(this, "error", error);
  }

  /** The names of the model's stems. */
  get stems(): readonly Stem[] {
    return this.#worker.facts as readonly Stem[];
  }

  /** Seconds from what comes in to what goes out: exact, and the same from beginning to end. */
  get latency(): number {
    return this.#latencyFrames / this.node.context.sampleRate;
  }

  /** How often stems were not there in time, so that the mix was heard instead. */
  get underruns(): number {
    return this.#report.underruns;
  }

  /** Seconds of the mix that were heard instead of stems, up to the last change of `overloaded`. */
  get missingSeconds(): number {
    return this.#report.missingFrames / this.node.context.sampleRate;
  }

  /** Whether the mix is heard now instead of stems. */
  get overloaded(): boolean {
    return this.#report.overloaded;
  }

  /**
   * The share of one core that separation takes, over the last seconds; 0 at first. Where it comes
   * near 1 the device cannot keep up: take a longer latency or a smaller model.
   */
  get load(): number {
    return this.#load;
  }

  /** The gain of a stem: 1 is as it was. Changes are smoothed over 20 ms. */
  gain(stem: Stem): AudioParam {
    return this.#gains.gain(stem);
  }

  /** Silences a stem, or lets it be heard again. */
  mute(stem: Stem, on = true): void {
    this.#gains.mute(stem, on);
  }

  /** Lets only this stem be heard and others that are solo, too; or ends that. */
  solo(stem: Stem, on = true): void {
    this.#gains.solo(stem, on);
  }

  /** Whether a stem is heard by what `mute` and `solo` say. */
  audible(stem: Stem): boolean {
    return this.#gains.audible(stem);
  }

  /** What the engine runs on and how much memory it takes. */
  async inspect(): Promise<EngineInfo> {
    return inspectWorker(this.#worker);
  }

  /** Ends the Worker and the node. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    const { client } = this.#worker;
    client.onEnd = undefined;
    client.close();
    this.#port.close();
    this.node.port.onmessage = null;
    const closing: LiveMessage = { type: "close" };
    this.node.port.postMessage(closing);
    this.node.disconnect();
  }

  /** For `using live = …`. (Where there is no Symbol.dispose this is just never called.) */
  [Symbol.dispose](): void {
    this.close();
  }

  #onReport(report: LiveReport): void {
    this.#report = report;
    emit(this, report.overloaded ? "overload" : "recovery");
  }
}

function checkHeadroom(seconds: unknown): void {
  const { least, most } = headroomLimits;
  const isWithin = typeof seconds === "number" && seconds >= least && seconds <= most;
  if (seconds !== undefined && !isWithin) {
    throw badOption("headroomSeconds", `${least} to ${most}`, seconds);
  }
}
