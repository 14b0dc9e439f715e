/** Planar audio a constant number of frames later. */
export class DelayLine {
  readonly #lines: readonly Float32Array[];
  readonly #delayFrames: number;
  readonly #mask: number;
  #at = 0;

  /** @param maxFrames the most that one `move` takes */
  constructor(channelCount: number, delayFrames: number, maxFrames: number) {
    const length = 2 ** Math.ceil(Math.log2(delayFrames + maxFrames));
    this.#lines = Array.from({ length: channelCount }, () => new Float32Array(length));
    this.#delayFrames = delayFrames;
    this.#mask = length - 1;
  }

  /** Puts `frames` frames in and takes as many out. */
  move(from: readonly Float32Array[], to: readonly Float32Array[], frames: number): void {
    for (let c = 0; c < this.#lines.length; c++) {
      const line = this.#lines[c] as Float32Array;
      const source = from[c] as Float32Array;
      const target = to[c] as Float32Array;
      for (let i = 0; i < frames; i++) line[(this.#at + i) & this.#mask] = source[i] as number;
      for (let i = 0; i < frames; i++) {
        target[i] = line[(this.#at + i - this.#delayFrames) & this.#mask] as number;
      }
    }
    this.#at = (this.#at + frames) & this.#mask;
  }
}
