/** Lets one user of a thing in at a time, in the order of asking. */
export class Queue {
  readonly #places = new Places(1);

  /** Resolves when it is the caller's turn, with the function that ends the turn. */
  async enter(): Promise<() => void> {
    return (await this.#places.enter()).leave;
  }
}

/** One of several equal things, while it is somebody's turn there. */
export interface Place {
  /** From 0. */
  readonly index: number;
  /** Ends the turn. */
  leave(): void;
}

/** Lets as many users in at a time as there are places, in the order of asking. */
export class Places {
  readonly #free: number[];
  readonly #waiting: ((index: number) => void)[] = [];

  constructor(count: number) {
    this.#free = Array.from({ length: count }, (_, index) => index);
  }

  /** Resolves when a place is free: the first one that is. */
  async enter(): Promise<Place> {
    const free = this.#free.shift();
    const index =
      free ?? (await new Promise<number>((resolve) => void this.#waiting.push(resolve)));
    return { index, leave: () => this.#leave(index) };
  }

  #leave(index: number): void {
    const next = this.#waiting.shift();
    if (next) {
      next(index);
      return;
    }
    this.#free.push(index);
    this.#free.sort((a, b) => a - b);
  }
}
