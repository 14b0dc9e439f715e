/**
 * Has a song's chunks computed, or read where the app has them, in the order in which they are needed,
 * and kept within a limit.
 */

import type { StemBlock, StemReader, StemStore } from "../separation/types.js";
import {
  nextRead,
  nextRun,
  type Run,
  runToGiveUp,
  type Situation,
  surplus,
} from "./chunk_schedule.js";

/** A song whose chunks can be computed from anywhere. */
export interface ComputableSong {
  readonly chunks: readonly { readonly outputBegin: number; readonly outputEnd: number }[];
  /** Yields the stems from the first chunk's first frame to the last one's last, in order. */
  compute(
    firstChunk: number,
    endChunk: number,
    signal: AbortSignal,
  ): AsyncGenerator<StemBlock, void, void>;
}

export interface ChunkSchedulerOptions {
  readonly song: ComputableSong;
  /** 0: nothing is computed. */
  readonly workerCount: number;
  readonly maxChunks: number;
  /** What the app has of the stems, and perhaps takes of those that are computed. */
  readonly store?: StemReader | StemStore | undefined;
  /** Whether chunks are computed for a store that takes them, even where they cannot be kept. */
  readonly wholeSong: boolean;
  /** Where the song is, and in which loop. Default: its beginning. */
  readonly playhead?: number;
  readonly loop?: readonly [first: number, last: number] | undefined;
  /** The next stems of a chunk; they may be taken over. */
  onStems(block: StemBlock): void;
  /** Every frame of the chunk has come. */
  onReady(chunk: number): void;
  onDrop(chunk: number): void;
  onError(error: unknown): void;
}

/** Each new run costs the computing of a chunk; where several share the song, runs must end, though. */
const sharedRun = 4;
const mostFailures = 3;

interface ActiveRun extends Run {
  next: number;
  readonly controller: AbortController;
}

export class ChunkScheduler {
  readonly #options: ChunkSchedulerOptions;
  readonly #ready = new Set<number>();
  readonly #stored: Set<number>;
  readonly #runs = new Set<ActiveRun>();
  /** Where computed stems go besides. */
  readonly #keeper: StemStore | undefined;
  #wholeSong: boolean;
  #reading = false;
  #playhead = 0;
  #loop: readonly [number, number] | undefined;
  #failures = 0;
  #closed = false;
  /** Frames computed, and the seconds during which a Worker was at it. */
  #frames = 0;
  #busySeconds = 0;
  #busySince = 0;

  constructor(options: ChunkSchedulerOptions) {
    const { song, store, wholeSong, playhead = 0, loop } = options;
    this.#options = options;
    this.#keeper = store && "add" in store ? store : undefined;
    this.#wholeSong = wholeSong;
    this.#playhead = playhead;
    this.#loop = loop;
    const chunks = song.chunks.flatMap(({ outputBegin, outputEnd }, chunk) =>
      store?.has(outputBegin, outputEnd) ? [chunk] : [],
    );
    this.#stored = new Set(chunks);
    this.#update();
  }

  set wholeSong(on: boolean) {
    this.#wholeSong = on;
    this.#update();
  }

  get ready(): ReadonlySet<number> {
    return this.#ready;
  }

  /** Frames computed a second, since the song was opened. 0 as long as nothing is known. */
  get framesPerSecond(): number {
    const now = this.#runs.size > 0 ? (performance.now() - this.#busySince) / 1000 : 0;
    return this.#frames === 0 ? 0 : this.#frames / (this.#busySeconds + now);
  }

  /** The song is played here now. */
  move(playhead: number, loop: readonly [first: number, last: number] | undefined): void {
    this.#playhead = playhead;
    this.#loop = loop;
    this.#update();
  }

  close(): void {
    this.#closed = true;
    for (const { controller } of this.#runs) controller.abort();
  }

  /** Gives up what is not needed any more, and begins what is needed most. */
  #update(): void {
    if (this.#closed || this.#failures >= mostFailures) return;
    void this.#read();
    const { workerCount } = this.#options;
    const useless = runToGiveUp(this.#situation(), workerCount) as ActiveRun | undefined;
    if (useless) {
      // Its Worker is free as soon as it has noticed; until then the next run waits for it.
      useless.controller.abort();
      this.#end(useless);
    }
    while (this.#runs.size < workerCount) {
      const run = nextRun(this.#situation());
      if (!run) return;
      void this.#run({ ...run, controller: new AbortController() });
    }
  }

  async #run(run: ActiveRun): Promise<void> {
    const { song } = this.#options;
    if (this.#runs.size === 0) this.#busySince = performance.now();
    this.#runs.add(run);
    const { signal } = run.controller;
    try {
      for await (const block of song.compute(run.next, run.end, signal)) {
        if (signal.aborted) return;
        this.#take(run, block);
      }
      this.#failures = 0;
    } catch (error) {
      if (signal.aborted) return;
      this.#failures += 1;
      this.#options.onError(error);
    } finally {
      this.#end(run);
      this.#update();
    }
  }

  /** Reads, one after the other, the chunks that are wanted and there. No Worker is needed for that. */
  async #read(): Promise<void> {
    const { song, store, onStems, onError } = this.#options;
    const chunk = this.#reading ? undefined : nextRead(this.#situation());
    const bounds = chunk === undefined ? undefined : song.chunks[chunk];
    if (chunk === undefined || !bounds || !store) return;
    this.#reading = true;
    try {
      const block = await store.read(bounds.outputBegin, bounds.outputEnd);
      if (this.#closed) return;
      onStems(block);
      this.#hold(chunk);
    } catch (error) {
      // It is computed instead.
      this.#stored.delete(chunk);
      if (!this.#closed) onError(error);
    } finally {
      this.#reading = false;
      this.#update();
    }
  }

  #end(run: ActiveRun): void {
    if (!this.#runs.delete(run) || this.#runs.size > 0) return;
    this.#busySeconds += (performance.now() - this.#busySince) / 1000;
  }

  #take(run: ActiveRun, block: StemBlock): void {
    const { song, onStems } = this.#options;
    const end = block.startFrame + block.frameCount;
    this.#frames += block.frameCount;
    this.#keeper?.add(block);
    onStems(block);
    while (run.next < run.end && end >= (song.chunks[run.next]?.outputEnd ?? Infinity)) {
      const chunk = run.next++;
      if (this.#keeper) this.#stored.add(chunk);
      if (!this.#hold(chunk) && !this.#computesAll) run.controller.abort();
    }
    this.#update();
  }

  /** Keeps a chunk as far as there is room. @returns whether it is kept */
  #hold(chunk: number): boolean {
    const { onReady, onDrop } = this.#options;
    this.#ready.add(chunk);
    for (const dropped of surplus(this.#situation())) {
      this.#ready.delete(dropped);
      onDrop(dropped);
    }
    const kept = this.#ready.has(chunk);
    if (kept) onReady(chunk);
    return kept;
  }

  get #computesAll(): boolean {
    return this.#wholeSong && this.#keeper !== undefined;
  }

  #situation(): Situation {
    const { song, workerCount, maxChunks } = this.#options;
    return {
      chunkCount: song.chunks.length,
      playhead: this.#playhead,
      loop: this.#loop,
      ready: this.#ready,
      stored: this.#stored,
      wholeSong: this.#computesAll,
      runs: [...this.#runs],
      maxChunks,
      maxRun: workerCount > 1 ? sharedRun : song.chunks.length,
    };
  }
}
