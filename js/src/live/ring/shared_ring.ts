/**
 * A ring of frames in shared memory. The writer alone moves `written`, the reader alone `consumed`;
 * each publishes what it has done by one atomic store, after the samples, and reads the other's
 * counter by one atomic load. Neither ever waits for the other.
 */

import type { FrameReader, FrameWriter } from "./types.js";

/** The counters lie on cache lines of their own, so that the two sides do not fight over one. */
const writtenAt = 0;
const consumedAt = 16;
const headerInts = 32;
const bytes = 4;

/** @param capacity frames, a power of two */
export function sharedRingBytes(channelCount: number, capacity: number): number {
  return (headerInts + capacity * (1 + channelCount)) * bytes;
}

class SharedRing {
  protected readonly counters: Int32Array;
  protected readonly stamps: Int32Array;
  protected readonly channels: readonly Float32Array[];
  protected readonly capacity: number;
  protected readonly mask: number;

  constructor(buffer: SharedArrayBuffer, channelCount: number) {
    this.capacity = (buffer.byteLength / bytes - headerInts) / (1 + channelCount);
    this.mask = this.capacity - 1;
    this.counters = new Int32Array(buffer, 0, headerInts);
    this.stamps = new Int32Array(buffer, headerInts * bytes, this.capacity);
    this.channels = Array.from(
      { length: channelCount },
      (_, i) =>
        new Float32Array(buffer, (headerInts + this.capacity * (1 + i)) * bytes, this.capacity),
    );
  }

  get written(): number {
    return Atomics.load(this.counters, writtenAt);
  }

  get consumed(): number {
    return Atomics.load(this.counters, consumedAt);
  }
}

export class SharedWriter extends SharedRing implements FrameWriter {
  get writable(): number {
    return this.capacity - ((this.written - this.consumed) | 0);
  }

  write(channels: readonly Float32Array[], start: number, count: number, stamp: number): number {
    const { stamps, mask } = this;
    const frames = Math.min(count, this.writable);
    const { written } = this;
    for (let i = 0; i < frames; i++) stamps[(written + i) & mask] = stamp + i;
    for (let c = 0; c < this.channels.length; c++) {
      const from = channels[c] as Float32Array;
      const to = this.channels[c] as Float32Array;
      for (let i = 0; i < frames; i++) to[(written + i) & mask] = from[start + i] as number;
    }
    Atomics.store(this.counters, writtenAt, (written + frames) | 0);
    return frames;
  }

  flush(): void {
    // The reader sees every frame as soon as it is written.
  }
}

export class SharedReader extends SharedRing implements FrameReader {
  get readable(): number {
    return (this.written - this.consumed) | 0;
  }

  get stamp(): number {
    return this.stamps[this.consumed & this.mask] as number;
  }

  run(limit: number): number {
    const { stamps, mask, consumed } = this;
    const frames = Math.min(limit, this.readable);
    const first = stamps[consumed & mask] as number;
    for (let i = 1; i < frames; i++) {
      if (stamps[(consumed + i) & mask] !== ((first + i) | 0)) return i;
    }
    return frames;
  }

  read(channels: readonly Float32Array[], start: number, count: number): number {
    const { mask, consumed } = this;
    const frames = Math.min(count, this.readable);
    for (let c = 0; c < this.channels.length; c++) {
      const from = this.channels[c] as Float32Array;
      const to = channels[c] as Float32Array;
      for (let i = 0; i < frames; i++) to[start + i] = from[(consumed + i) & mask] as number;
    }
    return this.#moveOn(frames);
  }

  skip(count: number): number {
    return this.#moveOn(Math.min(count, this.readable));
  }

  #moveOn(frames: number): number {
    Atomics.store(this.counters, consumedAt, (this.consumed + frames) | 0);
    return frames;
  }
}
