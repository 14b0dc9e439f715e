/** How far a song has come, how fast, and how long it still takes. */

import type { SongProgress } from "./types.js";

/** Tagging takes about a twelfth of the time that separation takes. */
const taggingShare = 0.08;

/** Less of a song says little of the model's speed. */
const leastSeconds = 5;

export const notBegun: SongProgress = { share: 0, speed: 0, secondsLeft: undefined };

export class ProgressEstimate {
  readonly #seconds: number;
  readonly #now: () => number;
  #taggedShare = 0;
  /** When the separation began, and how much was there already. */
  #begun: { readonly time: number; readonly seconds: number } | undefined;
  #separated = 0;
  #speed: number;

  /**
   * @param seconds length of the song
   * @param speed of the model, as a first guess; 0 where there is none
   */
  constructor(seconds: number, speed: number, now: () => number = () => performance.now() / 1000) {
    this.#seconds = seconds;
    this.#speed = speed;
    this.#now = now;
  }

  /** Seconds of the song a second, where enough of it was computed to say so. */
  get measuredSpeed(): number | undefined {
    const seconds = this.#separated - (this.#begun?.seconds ?? this.#separated);
    return seconds >= leastSeconds ? this.#speed : undefined;
  }

  /** @param share of the tagging that is done */
  tagged(share: number): SongProgress {
    this.#taggedShare = share;
    return this.#progress();
  }

  /** The separation begins, or has begun when the first stretch of it came. */
  begin(): void {
    this.#begun ??= { time: this.#now(), seconds: this.#separated };
  }

  /** @param seconds of the song that are separated by now */
  separated(seconds: number): SongProgress {
    const more = seconds > this.#separated;
    this.#separated = seconds;
    if (more) this.#measure(seconds);
    return this.#progress();
  }

  #measure(seconds: number): void {
    this.begin();
    if (!this.#begun) return;
    const elapsed = this.#now() - this.#begun.time;
    if (elapsed > 0) this.#speed = (seconds - this.#begun.seconds) / elapsed;
  }

  #progress(): SongProgress {
    const separatedShare = this.#seconds > 0 ? this.#separated / this.#seconds : 0;
    const left = this.#seconds - this.#separated;
    return {
      share: Math.min(1, taggingShare * this.#taggedShare + (1 - taggingShare) * separatedShare),
      speed: this.#speed,
      secondsLeft: this.#speed > 0 ? left / this.#speed : undefined,
    };
  }
}
