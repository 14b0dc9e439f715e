/**
 * Polls a ring in a Worker: looks every few milliseconds for what has arrived and hands it on, run by
 * run. (Timers of Workers run on in hidden pages, and the page's main thread has no part in this.)
 */

import type { FrameReader } from "./types.js";

const busyMilliseconds = 8;
const idleMilliseconds = 40;
/** So long must nothing have come before it looks less often. */
const idleAfter = 50;

/** Takes a run: `count` frames from the start of `channels`. Returns false to be asked no more. */
export type Take = (channels: readonly Float32Array[], count: number, stamp: number) => boolean;

export class RingPoller {
  readonly #reader: FrameReader;
  readonly #channels: readonly Float32Array[];
  readonly #take: Take;
  readonly #maxFrames: number;
  #quiet = 0;

  /** @param maxFrames the most that is handed on at a time */
  constructor(reader: FrameReader, channelCount: number, maxFrames: number, take: Take) {
    this.#reader = reader;
    this.#maxFrames = maxFrames;
    this.#channels = Array.from({ length: channelCount }, () => new Float32Array(maxFrames));
    this.#take = take;
    this.#wait();
  }

  #wait(): void {
    const pause = this.#quiet > idleAfter ? idleMilliseconds : busyMilliseconds;
    setTimeout(() => {
      if (this.#look()) this.#wait();
    }, pause);
  }

  #look(): boolean {
    const reader = this.#reader;
    this.#quiet = reader.readable > 0 ? 0 : this.#quiet + 1;
    // What arrives meanwhile waits for the next look, so that messages get their turn.
    for (let left = reader.readable; left > 0; ) {
      const { stamp } = reader;
      const count = reader.read(this.#channels, 0, reader.run(Math.min(left, this.#maxFrames)));
      left -= count;
      if (!this.#take(this.#channels, count, stamp)) return false;
    }
    return true;
  }
}
