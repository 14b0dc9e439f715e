/** How far a song has come, how fast, and how long it still takes. */

import type { SongProgress } from "./types.js";

/** Tagging takes about a twelfth of the time that separation takes. */
const taggingShare = 0.08;

export const notBegun: SongProgress = { share: 0, speed: 0, secondsLeft: undefined };

export class ProgressEstimate {
  readonly #seconds: number;
  readonly #now: () => number;
  #separating: number | undefined;
  #speed: number;

  /**
   * @param seconds length of the song
   * @param speed of the song before, as a first guess; 0 if there was none
   */
  constructor(seconds: number, speed: number, now: () => number = () => performance.now() / 1000) {
    this.#seconds = seconds;
    this.#speed = speed;
    this.#now = now;
  }

  /** Seconds of the song a second, as far as separation goes. */
  get speed(): number {
    return this.#speed;
  }

  /** @param share of the tagging that is done */
  tagged(share: number): SongProgress {
    return {
      share: taggingShare * share,
      speed: this.#speed,
      secondsLeft: this.#speed > 0 ? this.#seconds / this.#speed : undefined,
    };
  }

  /** The separation begins. */
  begin(): void {
    this.#separating = this.#now();
  }

  /** @param seconds of the song that are separated by now */
  separated(seconds: number): SongProgress {
    const elapsed = this.#now() - (this.#separating ?? this.#now());
    if (elapsed > 0) this.#speed = seconds / elapsed;
    const share = taggingShare + (1 - taggingShare) * (seconds / this.#seconds);
    return {
      share: Math.min(1, share),
      speed: this.#speed,
      secondsLeft: this.#speed > 0 ? (this.#seconds - seconds) / this.#speed : undefined,
    };
  }
}
