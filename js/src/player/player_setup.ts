/** What a player is made of: the Workers, the node, and the roads between them and the page. */

import { DivisiError } from "../base/errors.js";
import { badOption, checkOneOf } from "../base/options.js";
import { checkPoolOptions } from "../engine/pool/loaded_worker.js";
import { workerCount } from "../engine/pool/options.js";
import { WorkerClient } from "../engine/pool/worker_client.js";
import { checkChannelCount, checkTransport, loadWorklet, makeNode } from "../live/audio_context.js";
import type { PlaybackMessage } from "../live/playback/messages.js";
import { createRing, transferOf } from "../live/ring/ring.js";
import type { PlayerMessage } from "../live/worklet/messages.js";
import { playerName } from "../live/worklet/names.js";
import { models } from "../models/catalogue.js";
import { openSeparationPool, type SeparationPool } from "../separation/separation_pool.js";
import type { StemPlayerOptions } from "./types.js";

/** So much is written ahead of what is heard: longer than a Worker is ever kept waiting. */
const aheadSeconds = 0.4;

export interface PlayerSetup {
  /** The names of the model's stems, whether it is there yet or not. */
  readonly stems: readonly string[];
  readonly model: ModelLoading;
  readonly playback: WorkerClient;
  /** To the playback Worker. */
  readonly port: MessagePort;
  readonly node: AudioWorkletNode;
  readonly channelCount: number;
  readonly options: StemPlayerOptions;
}

/** The Workers that compute, on their way. */
export class ModelLoading {
  /** Rejects where the model can't be had. */
  readonly pool: Promise<SeparationPool>;
  /** Once they are there. */
  loaded: SeparationPool | undefined;
  #failure: { readonly error: unknown } | undefined;
  #closed = false;

  constructor(opening: Promise<SeparationPool>, stems: readonly string[] | undefined) {
    this.pool = opening.then((pool) => {
      if (this.#closed) pool.close();
      else checkNames(pool, stems);
      this.loaded = pool;
      return pool;
    });
    this.pool.catch((error) => {
      this.#failure = { error };
    });
  }

  /** Throws what has failed already. */
  check(): void {
    if (this.#failure) throw this.#failure.error;
  }

  close(): void {
    this.#closed = true;
    this.loaded?.close();
  }
}

export async function openSetup(
  context: BaseAudioContext,
  options: StemPlayerOptions,
): Promise<PlayerSetup> {
  checkPoolOptions(options);
  const { signal, workletUrl } = options;
  signal?.throwIfAborted();
  const shared = checkTransport(options.transport);
  const channelCount = checkChannelCount(options.channelCount);
  workerCount(options.workers);
  checkStemBytes(options.maxStemBytes);
  if (options.quality !== undefined) checkOneOf("quality", options.quality, ["normal", "high"]);
  const known = knownStems(options);
  await loadWorklet(context, workletUrl, signal);
  const model = new ModelLoading(openSeparationPool(options), known);
  const playback = new WorkerClient(options);
  try {
    const stems = known ?? (await model.pool).facts;
    const stemCount = stems.length;
    const { sampleRate } = context;
    const ring = createRing({
      channelCount: channelCount * (stemCount + 1),
      capacityFrames: aheadSeconds * sampleRate,
      shared,
    });
    const [marks, messages] = [new MessageChannel(), new MessageChannel()];
    const sizes = { channelCount, stemCount };
    await playback.call(
      "play",
      { output: ring.writer, marks: marks.port1, port: messages.port2, ...sizes, sampleRate },
      { transfer: [...transferOf(ring.writer), marks.port1, messages.port2] },
    );
    signal?.throwIfAborted();
    const outputs = 1 + stemCount;
    const node = makeNode(context, playerName, { inputs: 0, outputs, channelCount });
    const port = messages.port1;
    const setup = { stems, model, playback, port, node, channelCount, options };
    sendToProcessor(setup, { type: "open", input: ring.reader, port: marks.port2, ...sizes }, [
      ...transferOf(ring.reader),
      marks.port2,
    ]);
    // What fails so early need not make a player.
    model.check();
    return setup;
  } catch (error) {
    model.close();
    playback.close();
    throw error;
  }
}

export function closeSetup(setup: PlayerSetup): void {
  const { model, playback, port, node } = setup;
  playback.onEnd = undefined;
  model.close();
  playback.close();
  port.close();
  sendToProcessor(setup, { type: "close" });
  node.port.onmessage = null;
  node.disconnect();
}

/** To the processor. */
export function sendToProcessor(
  { node }: PlayerSetup,
  message: PlayerMessage,
  transfer: Transferable[] = [],
): void {
  node.port.postMessage(message, transfer);
}

/** To the playback Worker. */
export function sendToPlayback(
  { port }: PlayerSetup,
  message: PlaybackMessage,
  transfer: Transferable[] = [],
): void {
  port.postMessage(message, transfer);
}

/** The stems that the app names, or the catalogue; undefined where only the model knows them. */
function knownStems({ model, stems }: StemPlayerOptions): readonly string[] | undefined {
  if (stems === undefined) {
    const known = models.find(({ name }) => name === model)?.stems ?? [];
    return known.length > 0 ? known : undefined;
  }
  const isNames = Array.isArray(stems) && stems.every((name) => typeof name === "string");
  if (isNames && stems.length > 0 && new Set(stems).size === stems.length) return [...stems];
  throw badOption("stems", "an array of different names", stems);
}

function checkNames(pool: SeparationPool, stems: readonly string[] | undefined): void {
  if (
    !stems ||
    (stems.length === pool.facts.length && stems.every((s, i) => s === pool.facts[i]))
  ) {
    return;
  }
  pool.close();
  const [said, has] = [stems, pool.facts].map((names) => names.join(", "));
  throw new DivisiError("bad-option", `stems: expected those of the model, ${has}, got ${said}`);
}

function checkStemBytes(bytes: unknown): void {
  if (bytes === undefined || (typeof bytes === "number" && bytes > 0)) return;
  throw badOption("maxStemBytes", "a number of bytes", bytes);
}
