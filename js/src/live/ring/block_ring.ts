/**
 * A ring of frames without shared memory: blocks are transferred to the reader when they are full
 * and come back when they are read, so that a fixed number of them exists. The buffers are made by
 * the writer's constructor; nothing else is allocated but what the browser needs to post a message.
 */

import type { FrameReader, FrameWriter } from "./types.js";

const bytes = 4;

/** A view of one transferred buffer: how many frames are in it, their stamps, their samples. */
class Block {
  readonly transfer: [ArrayBuffer];
  readonly header: Int32Array;
  readonly stamps: Int32Array;
  readonly channels: readonly Float32Array[];

  constructor(buffer: ArrayBuffer, channelCount: number, frames: number) {
    this.transfer = [buffer];
    this.header = new Int32Array(buffer, 0, 1);
    this.stamps = new Int32Array(buffer, bytes, frames);
    this.channels = Array.from(
      { length: channelCount },
      (_, i) => new Float32Array(buffer, bytes * (1 + frames * (1 + i)), frames),
    );
  }

  get frameCount(): number {
    return this.header[0] as number;
  }

  set frameCount(frames: number) {
    this.header[0] = frames;
  }
}

/** A queue of blocks that never grows beyond what it is made for. */
class BlockQueue {
  readonly #blocks: (Block | undefined)[];
  #first = 0;
  #length = 0;

  constructor(capacity: number) {
    this.#blocks = new Array(capacity).fill(undefined);
  }

  get length(): number {
    return this.#length;
  }

  at(index: number): Block | undefined {
    return index < this.#length
      ? this.#blocks[(this.#first + index) % this.#blocks.length]
      : undefined;
  }

  add(block: Block): void {
    this.#blocks[(this.#first + this.#length) % this.#blocks.length] = block;
    this.#length += 1;
  }

  take(): Block | undefined {
    const block = this.at(0);
    if (!block) return undefined;
    this.#blocks[this.#first] = undefined;
    this.#first = (this.#first + 1) % this.#blocks.length;
    this.#length -= 1;
    return block;
  }
}

export class BlockWriter implements FrameWriter {
  readonly #port: MessagePort;
  readonly #blockFrames: number;
  readonly #free: BlockQueue;
  #filled = 0;
  written = 0;

  constructor(port: MessagePort, channelCount: number, blockFrames: number, blockCount: number) {
    this.#port = port;
    this.#blockFrames = blockFrames;
    this.#free = new BlockQueue(blockCount);
    const blockBytes = bytes * (1 + blockFrames * (1 + channelCount));
    for (let i = 0; i < blockCount; i++) {
      this.#free.add(new Block(new ArrayBuffer(blockBytes), channelCount, blockFrames));
    }
    port.onmessage = ({ data }: MessageEvent<ArrayBuffer>) =>
      this.#free.add(new Block(data, channelCount, blockFrames));
  }

  get writable(): number {
    return this.#free.length * this.#blockFrames - this.#filled;
  }

  write(channels: readonly Float32Array[], start: number, count: number, stamp: number): number {
    let done = 0;
    while (done < count) {
      const block = this.#free.at(0);
      if (!block) break;
      const frames = Math.min(count - done, this.#blockFrames - this.#filled);
      for (let i = 0; i < frames; i++) block.stamps[this.#filled + i] = stamp + done + i;
      for (let c = 0; c < block.channels.length; c++) {
        const from = channels[c] as Float32Array;
        const to = block.channels[c] as Float32Array;
        for (let i = 0; i < frames; i++) to[this.#filled + i] = from[start + done + i] as number;
      }
      this.#filled += frames;
      done += frames;
      if (this.#filled === this.#blockFrames) this.flush();
    }
    this.written = (this.written + done) | 0;
    return done;
  }

  flush(): void {
    if (this.#filled === 0) return;
    const block = this.#free.take() as Block;
    block.frameCount = this.#filled;
    this.#filled = 0;
    this.#port.postMessage(block.transfer[0], block.transfer);
  }
}

export class BlockReader implements FrameReader {
  readonly #port: MessagePort;
  readonly #arrived: BlockQueue;
  /** Frames of the first block that were read. */
  #done = 0;
  readable = 0;
  consumed = 0;

  constructor(port: MessagePort, channelCount: number, blockFrames: number, blockCount: number) {
    this.#port = port;
    this.#arrived = new BlockQueue(blockCount);
    port.onmessage = ({ data }: MessageEvent<ArrayBuffer>) => {
      const block = new Block(data, channelCount, blockFrames);
      this.#arrived.add(block);
      this.readable += block.frameCount;
    };
  }

  get stamp(): number {
    return this.#arrived.at(0)?.stamps[this.#done] ?? 0;
  }

  run(limit: number): number {
    const frames = Math.min(limit, this.readable);
    const first = this.stamp;
    let index = 0;
    let at = this.#done;
    for (let i = 0; i < frames; i++, at++) {
      if (at === this.#arrived.at(index)?.frameCount) {
        index += 1;
        at = 0;
      }
      if (this.#arrived.at(index)?.stamps[at] !== ((first + i) | 0)) return i;
    }
    return frames;
  }

  read(channels: readonly Float32Array[], start: number, count: number): number {
    return this.#move(count, channels, start);
  }

  skip(count: number): number {
    return this.#move(count, undefined, 0);
  }

  #move(count: number, channels: readonly Float32Array[] | undefined, start: number): number {
    const total = Math.min(count, this.readable);
    for (let moved = 0; moved < total; ) {
      const block = this.#arrived.at(0) as Block;
      const frames = Math.min(total - moved, block.frameCount - this.#done);
      if (channels) {
        for (let c = 0; c < block.channels.length; c++) {
          const from = block.channels[c] as Float32Array;
          const to = channels[c] as Float32Array;
          for (let i = 0; i < frames; i++) {
            to[start + moved + i] = from[this.#done + i] as number;
          }
        }
      }
      moved += frames;
      this.#done += frames;
      if (this.#done === block.frameCount) this.#giveBack();
    }
    this.readable -= total;
    this.consumed = (this.consumed + total) | 0;
    return total;
  }

  #giveBack(): void {
    const block = this.#arrived.take() as Block;
    this.#done = 0;
    this.#port.postMessage(block.transfer[0], block.transfer);
  }
}
