// In which order a song's chunks are computed while it is played; the computing itself is instant.
import type { StemBlock, StemReader, StemStore } from "divisi";
import { describe, expect, test } from "vitest";
import { ChunkScheduler, type ComputableSong } from "../../../js/src/player/chunk_scheduler.js";

const chunkFrames = 100;

/** A song of ten chunks whose stems are silence, each half of a chunk computed on demand. */
class Song implements ComputableSong {
  readonly chunks = Array.from({ length: 10 }, (_, i) => ({
    outputBegin: i * chunkFrames,
    outputEnd: (i + 1) * chunkFrames,
  }));
  readonly started: [number, number][] = [];
  failures = 0;
  #steps: (() => void)[] = [];

  async *compute(first: number, end: number, signal: AbortSignal): AsyncGenerator<StemBlock> {
    this.started.push([first, end]);
    if (this.failures-- > 0) throw new Error("as the test wants it");
    const frameCount = chunkFrames / 2;
    for (let frame = first * chunkFrames; frame < end * chunkFrames; frame += frameCount) {
      await new Promise<void>((resolve) => this.#steps.push(resolve));
      signal.throwIfAborted();
      yield { startFrame: frame, frameCount, stems: {} };
    }
  }

  /** Lets every run compute so many chunks. */
  async go(chunks: number): Promise<void> {
    for (let i = 0; i < 2 * chunks; i++) {
      for (const step of this.#steps.splice(0)) step();
      await new Promise((resolve) => setTimeout(resolve));
    }
  }
}

/** Keeps which frames it has, and counts how often it was given each. */
class Store implements StemStore {
  readonly added = new Uint8Array(10 * chunkFrames);
  readonly reads: number[] = [];
  lost = false;

  has(begin: number, end: number): boolean {
    return this.added.subarray(begin, end).every((count) => count > 0);
  }

  async read(begin: number, end: number): Promise<StemBlock> {
    this.reads.push(begin / chunkFrames);
    if (this.lost) throw new Error("it is lost");
    return { startFrame: begin, frameCount: end - begin, stems: {} };
  }

  add({ startFrame, frameCount }: StemBlock): void {
    for (let frame = startFrame; frame < startFrame + frameCount; frame++) {
      this.added[frame] = (this.added[frame] as number) + 1;
    }
  }
}

interface Choices {
  readonly workerCount?: number;
  readonly maxChunks?: number;
  readonly store?: StemReader | StemStore;
}

function schedule(song: Song, options: Choices = {}) {
  const log: string[] = [];
  const scheduler = new ChunkScheduler({
    song,
    workerCount: 1,
    maxChunks: 10,
    wholeSong: true,
    ...options,
    onStems: ({ startFrame }) => log.push(`stems ${startFrame}`),
    onReady: (chunk) => log.push(`ready ${chunk}`),
    onDrop: (chunk) => log.push(`drop ${chunk}`),
    onError: (error) => log.push(String(error)),
  });
  return { scheduler, log };
}

const sorted = (chunks: ReadonlySet<number>) => [...chunks].sort((a, b) => a - b);

test("a song is computed in one run, and every block is handed on in order", async () => {
  const song = new Song();
  const { scheduler, log } = schedule(song);
  await song.go(2);
  expect(log).toEqual(["stems 0", "stems 50", "ready 0", "stems 100", "stems 150", "ready 1"]);
  await song.go(9);
  expect(song.started).toEqual([[0, 10]]);
  expect(sorted(scheduler.ready)).toEqual([...Array(10).keys()]);
  expect(scheduler.framesPerSecond).toBeGreaterThan(0);
});

describe("a seek", () => {
  test("has the chunk there computed next, then what follows, then what was left out", async () => {
    const song = new Song();
    const { scheduler, log } = schedule(song);
    await song.go(2);
    scheduler.move(7, undefined);
    await song.go(1);
    await song.go(1);
    expect(log.slice(6)).toContain("ready 7");
    expect(sorted(scheduler.ready).slice(0, 3)).toEqual([0, 1, 7]);
    await song.go(12);
    expect(song.started).toEqual([
      [0, 10],
      [7, 10],
      [2, 7],
    ]);
    expect(scheduler.ready.size).toBe(10);
  });

  test("to what is there already disturbs nothing", async () => {
    const song = new Song();
    const { scheduler } = schedule(song);
    await song.go(3);
    scheduler.move(1, undefined);
    await song.go(8);
    expect(song.started).toEqual([[0, 10]]);
  });
});

test("several Workers share a song without computing anything twice", async () => {
  const song = new Song();
  const { scheduler, log } = schedule(song, { workerCount: 2 });
  await song.go(11);
  expect(song.started).toEqual([
    [0, 4],
    [4, 8],
    [8, 10],
  ]);
  expect(scheduler.ready.size).toBe(10);
  expect(log.filter((line) => line.startsWith("ready")).length).toBe(10);
});

test("no more than the limit is kept, around the playhead", async () => {
  const song = new Song();
  const { scheduler, log } = schedule(song, { maxChunks: 3 });
  for (let playhead = 0; playhead < 10; playhead++) {
    scheduler.move(playhead, undefined);
    await song.go(4);
    expect(scheduler.ready.size).toBeLessThanOrEqual(3);
    expect(scheduler.ready.has(playhead)).toBe(true);
  }
  // What was given up is computed anew.
  expect(log).toContain("drop 0");
  scheduler.move(0, undefined);
  await song.go(4);
  expect(sorted(scheduler.ready)).toEqual([0, 1, 2]);
});

describe("an app that keeps the stems", () => {
  test("is given each once, and asked for what there was no room for", async () => {
    const [song, store] = [new Song(), new Store()];
    const { scheduler } = schedule(song, { maxChunks: 3, store });
    await song.go(11);
    expect(song.started).toEqual([[0, 10]]);
    expect([...store.added]).toEqual([...store.added].fill(1));
    expect(sorted(scheduler.ready)).toEqual([0, 1, 2]);
    scheduler.move(6, undefined);
    await song.go(3);
    expect(sorted(scheduler.ready)).toEqual([6, 7, 8]);
    expect(store.reads).toEqual([6, 7, 8]);
    expect(song.started).toEqual([[0, 10]]);
  });

  test("has its stems read at once, and what it lacks computed", async () => {
    const [song, store] = [new Song(), new Store()];
    store.added.fill(1, 200, 500);
    const { scheduler, log } = schedule(song, { store });
    await song.go(0.5);
    expect(store.reads).toEqual([2, 3, 4]);
    expect(log).toContain("ready 4");
    await song.go(11);
    expect(song.started).toEqual([
      [0, 2],
      [5, 10],
    ]);
    expect(scheduler.ready.size).toBe(10);
    expect([...store.added]).toEqual([...store.added].fill(1));
  });

  test("may ask for no more than what is played next", async () => {
    const [song, store] = [new Song(), new Store()];
    const { scheduler } = schedule(song, { maxChunks: 3, store });
    scheduler.wholeSong = false;
    await song.go(6);
    expect(store.has(0, 300)).toBe(true);
    expect(store.has(400, 500)).toBe(false);
    scheduler.wholeSong = true;
    await song.go(8);
    expect(store.has(0, 1000)).toBe(true);
  });

  test("and has lost some has them computed, and is told", async () => {
    const [song, store] = [new Song(), new Store()];
    store.added.fill(1, 0, 100);
    store.lost = true;
    const { scheduler, log } = schedule(song, { store });
    await song.go(12);
    expect(log).toContain("Error: it is lost");
    expect(scheduler.ready.size).toBe(10);
  });

  test("without taking any is like one that has none, where there is no room", async () => {
    const [song, store] = [new Song(), new Store()];
    const { has, read } = { has: () => false, read: () => store.read(0, 100) };
    schedule(song, { maxChunks: 3, store: { has, read } });
    await song.go(6);
    expect(song.started).toEqual([[0, 3]]);
  });
});

test("a failure is told and tried again, but not for ever", async () => {
  const song = new Song();
  song.failures = 1;
  const { scheduler, log } = schedule(song);
  await song.go(11);
  expect(log[0]).toContain("as the test wants it");
  expect(scheduler.ready.size).toBe(10);
  const hopeless = new Song();
  hopeless.failures = 100;
  const second = schedule(hopeless);
  await hopeless.go(5);
  second.scheduler.move(3, undefined);
  await hopeless.go(5);
  expect(hopeless.started.length).toBe(3);
  expect(second.log.length).toBe(3);
});

test("nothing is computed any more after close", async () => {
  const song = new Song();
  const { scheduler, log } = schedule(song);
  await song.go(1);
  scheduler.close();
  const before = [...log];
  await song.go(3);
  scheduler.move(5, undefined);
  await song.go(3);
  expect(log).toEqual(before);
});
