/** The two ends of a ring of stamped frames, see ring.ts. */

/** The writing end. Nothing here waits or, after the constructor, allocates samples. */
export interface FrameWriter {
  /** How many frames `write` would take. */
  readonly writable: number;
  /** Frames written since the beginning, modulo 2^32. */
  readonly written: number;
  /**
   * Writes up to `count` frames of `channels` from `start` on, the first with `stamp`, the others
   * with those that follow. @returns how many there was room for.
   */
  write(channels: readonly Float32Array[], start: number, count: number, stamp: number): number;
  /** Lets the reader see frames that wait for a block to become full. */
  flush(): void;
}

/** The reading end. Nothing here waits or allocates samples. */
export interface FrameReader {
  /** Frames that have arrived and were not read. */
  readonly readable: number;
  /** Frames read or skipped since the beginning, modulo 2^32. */
  readonly consumed: number;
  /** Stamp of the next frame. Only where `readable` is not 0. */
  readonly stamp: number;
  /** How many of the next `limit` frames have stamps that follow one another. */
  run(limit: number): number;
  /** Reads up to `count` frames into `channels` from `start` on. @returns how many there were. */
  read(channels: readonly Float32Array[], start: number, count: number): number;
  /** Drops up to `count` frames. @returns how many there were. */
  skip(count: number): number;
}

/** One end of a ring, to be posted to the thread that opens it. */
export type RingEnd =
  | { readonly kind: "shared"; readonly channelCount: number; readonly buffer: SharedArrayBuffer }
  | {
      readonly kind: "blocks";
      readonly channelCount: number;
      readonly port: MessagePort;
      readonly blockFrames: number;
      readonly blockCount: number;
    };

export interface RingOptions {
  readonly channelCount: number;
  /** At least so many frames fit in; rounded up to a power of two. */
  readonly capacityFrames: number;
  /** Shared memory; for pages that are cross-origin isolated. */
  readonly shared: boolean;
  /** Frames of a transferred block, where memory is not shared. Default 512. */
  readonly blockFrames?: number;
}
