/**
 * The road between an AudioWorklet and a Worker: stamped frames of planar audio, one writer, one
 * reader, each on a thread of its own, and never the page's.
 *
 *   const ring = createRing({ channelCount: 2, capacityFrames: 32768, shared: crossOriginIsolated });
 *   worklet.postMessage(ring.writer, transferOf(ring.writer));   // there: openWriter(end)
 *   worker.postMessage(ring.reader, transferOf(ring.reader));    // there: openReader(end)
 *
 * Every frame carries a stamp, its place in time or in a song. Frames that follow one another have
 * stamps that do; a gap in the stamps is how the reader learns that frames are missing. Stamps wrap
 * at 32 bits, so compare them by `(a - b) | 0`.
 *
 * Two transports with the same behaviour: a ring in shared memory, wait-free on both sides, where
 * the page is cross-origin isolated; elsewhere blocks that are transferred there and back.
 */

import { BlockReader, BlockWriter } from "./block_ring.js";
import { SharedReader, SharedWriter, sharedRingBytes } from "./shared_ring.js";
import type { FrameReader, FrameWriter, RingEnd, RingOptions } from "./types.js";

export function createRing(options: RingOptions): { writer: RingEnd; reader: RingEnd } {
  const { channelCount, shared, blockFrames = 512 } = options;
  const capacity = 2 ** Math.ceil(Math.log2(options.capacityFrames));
  if (shared) {
    const buffer = new SharedArrayBuffer(sharedRingBytes(channelCount, capacity));
    const end = { kind: "shared", channelCount, buffer } as const;
    return { writer: end, reader: end };
  }
  const { port1, port2 } = new MessageChannel();
  const end = {
    kind: "blocks",
    channelCount,
    blockFrames,
    blockCount: Math.max(2, Math.ceil(capacity / blockFrames)),
  } as const;
  return { writer: { ...end, port: port1 }, reader: { ...end, port: port2 } };
}

/** What must be transferred along with an end. */
export function transferOf(end: RingEnd): Transferable[] {
  return end.kind === "blocks" ? [end.port] : [];
}

export function openWriter(end: RingEnd): FrameWriter {
  return end.kind === "shared"
    ? new SharedWriter(end.buffer, end.channelCount)
    : new BlockWriter(end.port, end.channelCount, end.blockFrames, end.blockCount);
}

export function openReader(end: RingEnd): FrameReader {
  return end.kind === "shared"
    ? new SharedReader(end.buffer, end.channelCount)
    : new BlockReader(end.port, end.channelCount, end.blockFrames, end.blockCount);
}

/** Lets go of what an end holds open. */
export function closeEnd(end: RingEnd): void {
  if (end.kind === "blocks") end.port.close();
}
