// One song for several streams: read once, in step, whoever ends early.
import { describe, expect, test } from "vitest";
import { SharedSource } from "../../../js/src/analysis/shared_source.js";
import { openAudio } from "../../../js/src/audio/audio_source.js";

/** Blocks of one frame, 1, 2, 3, …; `read.count` says how many were asked for. */
function counting(blocks: number) {
  const read = { count: 0, ended: false };
  const source = openAudio({
    sampleRate: 8000,
    channelCount: 1,
    blocks: (async function* () {
      try {
        for (let n = 1; n <= blocks; n++) {
          read.count = n;
          yield [Float32Array.of(n)];
        }
      } finally {
        read.ended = true;
      }
    })(),
  });
  return { source, read };
}

async function valuesOf(slices: AsyncGenerator<Float32Array[]>, count = Number.POSITIVE_INFINITY) {
  const values: number[] = [];
  for await (const [channel] of slices) {
    values.push(channel?.[0] ?? Number.NaN);
    if (values.length === count) break;
  }
  return values;
}

describe("a shared source", () => {
  test("gives every stream all slices, each a copy", async () => {
    const { source } = counting(5);
    const shared = new SharedSource(source, 3);
    const slices = shared.sources.map((each) => each.slices());
    const firsts = await Promise.all(slices.map((each) => each.next()));
    const buffers = new Set(firsts.map(({ value }) => value?.[0]?.buffer));
    expect(buffers.size).toBe(3);
    expect(await Promise.all(slices.map((each) => valuesOf(each)))).toEqual(
      Array.from({ length: 3 }, () => [2, 3, 4, 5]),
    );
    expect(shared.seconds).toBe(5 / 8000);
  });

  test("is read no further than the slowest stream", async () => {
    const { source, read } = counting(100);
    const [fast, slow] = new SharedSource(source, 2).sources.map((each) => each.slices());
    const ahead = fast?.next();
    await new Promise((done) => setTimeout(done, 10));
    expect(read.count).toBe(0);
    await slow?.next();
    await ahead;
    void fast?.next();
    void fast?.next();
    await new Promise((done) => setTimeout(done, 10));
    expect(read.count).toBe(1);
  });

  test("goes on without a stream that ends early", async () => {
    const { source } = counting(6);
    const [short, long] = new SharedSource(source, 2).sources.map((each) => each.slices());
    if (!short || !long) throw new Error("expected two sources");
    const [few, all] = await Promise.all([valuesOf(short, 2), valuesOf(long)]);
    expect(few).toEqual([1, 2]);
    expect(all).toEqual([1, 2, 3, 4, 5, 6]);
  });

  test("tells every stream of a failure", async () => {
    const source = openAudio({
      sampleRate: 8000,
      channelCount: 1,
      blocks: (function* () {
        yield [Float32Array.of(1)];
        throw new Error("gone");
      })(),
    });
    const runs = new SharedSource(source, 2).sources.map((each) => valuesOf(each.slices()));
    const outcomes = await Promise.allSettled(runs);
    expect(outcomes.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  });

  test("ends for all, and the song is let go", async () => {
    const { source, read } = counting(100);
    const shared = new SharedSource(source, 2);
    const [one, other] = shared.sources.map((each) => each.slices());
    await Promise.all([one?.next(), other?.next()]);
    const waiting = one?.next();
    shared.end();
    expect((await waiting)?.done).toBe(true);
    expect((await other?.next())?.done).toBe(true);
    await new Promise((done) => setTimeout(done, 10));
    expect(read.ended).toBe(true);
  });
});
