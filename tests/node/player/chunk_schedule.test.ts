// Which chunks are computed, kept and given up.
import { describe, expect, test } from "vitest";
import {
  ahead,
  nextRead,
  nextRun,
  type Run,
  runToGiveUp,
  type Situation,
  surplus,
  wanted,
} from "../../../js/src/player/chunk_schedule.js";

const situation = (change: Partial<Situation> = {}): Situation => ({
  chunkCount: 10,
  playhead: 0,
  loop: undefined,
  ready: new Set(),
  stored: new Set(),
  wholeSong: false,
  runs: [],
  maxChunks: 10,
  maxRun: 10,
  ...change,
});
const run = (next: number, end: number): Run => ({ next, end });

describe("what is ahead", () => {
  test("is the rest of the song", () => {
    expect(ahead(situation({ playhead: 7 }))).toEqual([7, 8, 9]);
  });

  test("comes round in a loop, and what follows the loop comes after", () => {
    expect(ahead(situation({ playhead: 4, loop: [2, 5] }))).toEqual([4, 5, 2, 3, 6, 7, 8, 9]);
    expect(ahead(situation({ playhead: 0, loop: [2, 4] }))).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(ahead(situation({ playhead: 9, loop: [2, 4] }))).toEqual([9]);
  });
});

test("what is worth keeping lies around the playhead, mostly ahead", () => {
  const { playhead } = { playhead: 5 };
  expect(wanted(situation({ playhead }))).toEqual([5, 6, 7, 8, 4, 9, 3, 2, 1, 0]);
  expect(wanted(situation({ playhead, maxChunks: 5 }))).toEqual([5, 6, 7, 8, 4]);
  expect(wanted(situation({ playhead: 9 }))).toEqual([9, 8, 7, 6, 5, 4, 3, 2, 1, 0]);
});

describe("the next run", () => {
  test("starts at the playhead and goes on as far as chunks are missing", () => {
    expect(nextRun(situation({ playhead: 3 }))).toEqual(run(3, 10));
    expect(nextRun(situation({ playhead: 3, ready: new Set([3, 4, 7]) }))).toEqual(run(5, 7));
    expect(nextRun(situation({ playhead: 3, maxRun: 4 }))).toEqual(run(3, 7));
  });

  test("leaves alone what another Worker is at", () => {
    const runs = [run(3, 6)];
    expect(nextRun(situation({ playhead: 3, runs, maxRun: 3 }))).toEqual(run(6, 9));
  });

  test("turns to what lies behind, from its beginning, when all ahead is there", () => {
    const ready = new Set([2, 5, 6, 7, 8, 9]);
    expect(nextRun(situation({ playhead: 5, ready }))).toEqual(run(3, 5));
    expect(nextRun(situation({ playhead: 5, ready: new Set([3, 4, ...ready]) }))).toEqual(
      run(0, 2),
    );
  });

  test("does not compute what could not be kept", () => {
    expect(nextRun(situation({ maxChunks: 3 }))).toEqual(run(0, 3));
    const ready = new Set([0, 1, 2]);
    expect(nextRun(situation({ maxChunks: 3, ready }))).toBeUndefined();
    expect(nextRun(situation({ maxChunks: 3, ready, playhead: 2 }))).toEqual(run(3, 5));
  });

  test("is none when all is there", () => {
    expect(nextRun(situation({ ready: new Set(Array(10).keys()) }))).toBeUndefined();
  });

  test("computes the loop's beginning before what follows the loop", () => {
    const ready = new Set([3, 4]);
    expect(nextRun(situation({ playhead: 3, loop: [1, 4], ready }))).toEqual(run(1, 3));
  });
});

describe("what the app has", () => {
  const stored = new Set([3, 4, 9]);

  test("is read as far as it is wanted, the most urgent first, and not computed", () => {
    expect(nextRead(situation({ stored }))).toBe(3);
    expect(nextRead(situation({ stored, ready: new Set([3]), playhead: 4 }))).toBe(4);
    expect(nextRead(situation({ stored, maxChunks: 3 }))).toBeUndefined();
    expect(nextRun(situation({ stored }))).toEqual(run(0, 3));
    expect(nextRun(situation({ stored, playhead: 3 }))).toEqual(run(5, 9));
  });

  test("needs no Worker, so that none is called off for it", () => {
    const runs = [run(5, 9)];
    expect(runToGiveUp(situation({ playhead: 3, runs, stored }), 1)).toBeUndefined();
  });

  test("lets the whole song be computed where the app takes what cannot be kept", () => {
    expect(nextRun(situation({ maxChunks: 3, wholeSong: true }))).toEqual(run(0, 10));
    const done = new Set([0, 1, 2, 3, 4, 5, 6, 7]);
    const now = situation({ maxChunks: 3, wholeSong: true, stored: done, playhead: 4 });
    expect(nextRun(now)).toEqual(run(8, 10));
    expect(nextRun({ ...now, wholeSong: false })).toBeUndefined();
  });
});

describe("what must go", () => {
  test("is what is the least worth, and never the playhead", () => {
    const ready = new Set([0, 1, 2, 3, 4]);
    expect(surplus(situation({ playhead: 3, ready, maxChunks: 3 }))).toEqual([0, 1]);
    expect(surplus(situation({ playhead: 0, ready, maxChunks: 1 }))).toEqual([4, 3, 2, 1]);
    expect(surplus(situation({ ready }))).toEqual([]);
  });

  test("is never what the next run would compute again", () => {
    for (let playhead = 0; playhead < 10; playhead++) {
      for (let maxChunks = 2; maxChunks < 10; maxChunks++) {
        const ready = new Set<number>();
        const now = () => situation({ playhead, maxChunks, ready });
        for (let i = 0; i < 30; i++) {
          const next = nextRun(now());
          if (!next) break;
          for (let chunk = next.next; chunk < next.end; chunk++) ready.add(chunk);
          for (const chunk of surplus(now())) ready.delete(chunk);
        }
        expect(nextRun(now()), `playhead ${playhead}, ${maxChunks} kept`).toBeUndefined();
        expect([...ready].sort()).toEqual(wanted(now()).sort());
      }
    }
  });
});

describe("a run is given up", () => {
  test("when the playhead has gone where no Worker will be soon", () => {
    const runs = [run(2, 10)];
    expect(runToGiveUp(situation({ playhead: 7, runs }), 1)).toEqual(run(2, 10));
    expect(runToGiveUp(situation({ playhead: 0, runs }), 1)).toEqual(run(2, 10));
  });

  test("the least useful of several", () => {
    const runs = [run(8, 10), run(2, 5)];
    expect(runToGiveUp(situation({ playhead: 5, runs }), 2)).toEqual(run(2, 5));
  });

  test("not when a Worker is free, the chunk is there, or about to be", () => {
    const runs = [run(2, 10)];
    expect(runToGiveUp(situation({ playhead: 7, runs }), 2)).toBeUndefined();
    expect(runToGiveUp(situation({ playhead: 7, runs, ready: new Set([7]) }), 1)).toBeUndefined();
    expect(runToGiveUp(situation({ playhead: 3, runs }), 1)).toBeUndefined();
    expect(runToGiveUp(situation({ playhead: 4, runs }), 1)).toEqual(run(2, 10));
  });
});
