/** What a player is made of: the Workers, the node, and the roads between them and the page. */

import { DivisiError } from "../base/errors.js";
import { Engine } from "../engine/pool/worker_client.js";
import { checkChannelCount, checkTransport, loadWorklet, makeNode } from "../live/audio_context.js";
import type { FeederMessage } from "../live/playback/messages.js";
import { createRing, transferOf } from "../live/ring/ring.js";
import type { PlayerMessage } from "../live/worklet/messages.js";
import { playerName } from "../live/worklet/names.js";
import { Separator } from "../separation/separator.js";
import type { StemPlayerOptions } from "./types.js";

/** So much is written ahead of what is heard: longer than a Worker is ever kept waiting. */
const aheadSeconds = 0.4;

export interface PlayerParts {
  readonly separator: Separator;
  readonly feeder: Engine;
  /** To the feeder. */
  readonly port: MessagePort;
  readonly node: AudioWorkletNode;
  readonly channelCount: number;
  readonly options: StemPlayerOptions;
}

export async function openParts(
  context: BaseAudioContext,
  options: StemPlayerOptions,
): Promise<PlayerParts> {
  const { signal, workletUrl } = options;
  signal?.throwIfAborted();
  const shared = checkTransport(options.transport);
  const channelCount = checkChannelCount(options.channelCount);
  checkStemBytes(options.maxStemBytes);
  await loadWorklet(context, workletUrl, signal);
  const separator = await Separator.create(options);
  const feeder = new Engine(options);
  try {
    const stemCount = separator.stems.length;
    const { sampleRate } = context;
    const ring = createRing({
      channelCount: channelCount * (stemCount + 1),
      capacityFrames: aheadSeconds * sampleRate,
      shared,
    });
    const [marks, orders] = [new MessageChannel(), new MessageChannel()];
    const sizes = { channelCount, stemCount };
    await feeder.call(
      "openFeeder",
      { output: ring.writer, marks: marks.port1, port: orders.port2, ...sizes, sampleRate },
      { transfer: [...transferOf(ring.writer), marks.port1, orders.port2] },
    );
    signal?.throwIfAborted();
    const outputs = 1 + stemCount;
    const node = makeNode(context, playerName, { inputs: 0, outputs, channelCount });
    const parts = { separator, feeder, port: orders.port1, node, channelCount, options };
    tell(parts, { type: "open", input: ring.reader, port: marks.port2, ...sizes }, [
      ...transferOf(ring.reader),
      marks.port2,
    ]);
    return parts;
  } catch (error) {
    separator.close();
    feeder.close();
    throw error;
  }
}

export function closeParts(parts: PlayerParts): void {
  const { separator, feeder, port, node } = parts;
  feeder.onEnd = undefined;
  separator.close();
  feeder.close();
  port.close();
  tell(parts, { type: "close" });
  node.port.onmessage = null;
  node.disconnect();
}

/** To the processor. */
export function tell(
  { node }: PlayerParts,
  message: PlayerMessage,
  transfer: Transferable[] = [],
): void {
  node.port.postMessage(message, transfer);
}

/** To the feeder. */
export function order(
  { port }: PlayerParts,
  message: FeederMessage,
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
