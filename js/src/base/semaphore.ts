/** What is held by one user at a time of several equal things. */
export interface Permit {
  /** Which of them, from 0. */
  readonly index: number;
  release(): void;
}

/** Lets `count` users in at a time, in the order of asking. */
export class Semaphore {
  readonly #free: number[];
  readonly #waiting: ((index: number) => void)[] = [];

  constructor(count: number) {
    this.#free = Array.from({ length: count }, (_, index) => index);
  }

  /** Resolves when one is free: the first one that is. */
  async acquire(): Promise<Permit> {
    const free = this.#free.shift();
    const index =
      free ?? (await new Promise<number>((resolve) => void this.#waiting.push(resolve)));
    return { index, release: () => this.#release(index) };
  }

  #release(index: number): void {
    const next = this.#waiting.shift();
    if (next) {
      next(index);
      return;
    }
    this.#free.push(index);
    this.#free.sort((a, b) => a - b);
  }
}
