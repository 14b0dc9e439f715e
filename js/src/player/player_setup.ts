/** What a player is made of: the Workers, the node, and the roads between them and the page. */

import { DivisiError } from "../base/errors.js";
import { WorkerClient } from "../engine/pool/worker_client.js";
import { checkChannelCount, checkTransport, loadWorklet, makeNode } from "../live/audio_context.js";
import type { PlaybackMessage } from "../live/playback/messages.js";
import { createRing, transferOf } from "../live/ring/ring.js";
import type { PlayerMessage } from "../live/worklet/messages.js";
import { playerName } from "../live/worklet/names.js";
import { openSeparationPool, type SeparationPool } from "../separation/separation_pool.js";
import type { StemPlayerOptions } from "./types.js";

/** So much is written ahead of what is heard: longer than a Worker is ever kept waiting. */
const aheadSeconds = 0.4;

export interface PlayerSetup {
  readonly pool: SeparationPool;
  readonly playback: WorkerClient;
  /** To the playback Worker. */
  readonly port: MessagePort;
  readonly node: AudioWorkletNode;
  readonly channelCount: number;
  readonly options: StemPlayerOptions;
}

export async function openSetup(
  context: BaseAudioContext,
  options: StemPlayerOptions,
): Promise<PlayerSetup> {
  const { signal, workletUrl } = options;
  signal?.throwIfAborted();
  const shared = checkTransport(options.transport);
  const channelCount = checkChannelCount(options.channelCount);
  checkStemBytes(options.maxStemBytes);
  await loadWorklet(context, workletUrl, signal);
  const pool = await openSeparationPool(options);
  const playback = new WorkerClient(options);
  try {
    const stemCount = pool.facts.length;
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
    const setup = { pool, playback, port: messages.port1, node, channelCount, options };
    sendToProcessor(setup, { type: "open", input: ring.reader, port: marks.port2, ...sizes }, [
      ...transferOf(ring.reader),
      marks.port2,
    ]);
    return setup;
  } catch (error) {
    pool.close();
    playback.close();
    throw error;
  }
}

export function closeSetup(setup: PlayerSetup): void {
  const { pool, playback, port, node } = setup;
  playback.onEnd = undefined;
  pool.close();
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

function checkStemBytes(bytes: unknown): void {
  if (bytes === undefined || (typeof bytes === "number" && bytes > 0)) return;
  throw new DivisiError(
    "bad-option",
    `maxStemBytes: expected a number of bytes, got ${String(bytes)}`,
  );
}
