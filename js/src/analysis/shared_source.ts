/**
 * One song for several streams: it is read once, whatever the number of parts that hear it.
 *
 *   const shared = new SharedSource(openAudio(song), 2);
 *   const sources = shared.sources;          // an AudioSource for each
 *
 * A slice is read when the slowest stream asks for it, so that memory holds one slice and not what
 * one stream is ahead of another. A stream that ends early holds nobody up.
 */

import type { AudioSource, Slice } from "../audio/audio_source.js";

type Turn = IteratorResult<Slice, void>;

export class SharedSource {
  readonly sources: readonly AudioSource[];
  readonly #source: AudioSource;
  readonly #slices: AsyncGenerator<Slice, void, void>;
  /** The streams that go on, each with who waits for its next slice. */
  readonly #waiting = new Map<number, PromiseWithResolvers<Turn> | undefined>();
  #reading = false;
  /** Frames that were read. */
  #frames = 0;

  constructor(source: AudioSource, count: number) {
    this.#source = source;
    this.#slices = source.slices();
    this.sources = Array.from({ length: count }, (_, index) => {
      this.#waiting.set(index, undefined);
      return { ...formatOf(source), slices: () => this.#slicesOf(index) };
    });
  }

  /** Length of what was read. */
  get seconds(): number {
    return this.#frames / this.#source.sampleRate;
  }

  /** Nothing more is read. */
  end(): void {
    for (const index of [...this.#waiting.keys()]) this.#leave(index);
    this.#slices.return().catch(() => undefined);
  }

  async *#slicesOf(index: number): AsyncGenerator<Slice, void, void> {
    try {
      for (;;) {
        const turn = await this.#next(index);
        if (turn.done) return;
        yield turn.value;
      }
    } finally {
      this.#leave(index);
    }
  }

  #next(index: number): Promise<Turn> {
    if (!this.#waiting.has(index)) return Promise.resolve({ done: true, value: undefined });
    const waiting = promiseWithResolvers<Turn>();
    this.#waiting.set(index, waiting);
    void this.#read();
    return waiting.promise;
  }

  #leave(index: number): void {
    const waiting = this.#waiting.get(index);
    this.#waiting.delete(index);
    waiting?.resolve({ done: true, value: undefined });
    void this.#read();
  }

  /** Reads the next slice, when all that go on wait for it, and gives each a copy. */
  async #read(): Promise<void> {
    const all = () => [...this.#waiting.values()];
    if (this.#reading || this.#waiting.size === 0 || all().includes(undefined)) return;
    this.#reading = true;
    try {
      const turn = await this.#slices.next();
      if (!turn.done) this.#frames += turn.value[0]?.length ?? 0;
      this.#answer((waiting) => waiting.resolve(turn.done ? turn : copyOf(turn.value)));
    } catch (error) {
      this.#answer((waiting) => waiting.reject(error));
    } finally {
      this.#reading = false;
    }
    void this.#read();
  }

  #answer(answer: (waiting: PromiseWithResolvers<Turn>) => void): void {
    for (const [index, waiting] of this.#waiting) {
      this.#waiting.set(index, undefined);
      if (waiting) answer(waiting);
    }
  }
}

/** A stream's slices are handed over to its Worker. */
function copyOf(slice: Slice): Turn {
  return { done: false, value: slice.map((samples) => samples.slice()) };
}

function formatOf({ sampleRate, channelCount, frameCount }: AudioSource) {
  return { sampleRate, channelCount, frameCount };
}

/** Promise.withResolvers, which is newer than the browsers that divisi runs in. */
interface PromiseWithResolvers<T> {
  readonly promise: Promise<T>;
  resolve(value: T): void;
  reject(reason: unknown): void;
}

function promiseWithResolvers<T>(): PromiseWithResolvers<T> {
  let resolve!: (value: T) => void;
  let reject!: (reason: unknown) => void;
  const promise = new Promise<T>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  return { promise, resolve, reject };
}
