// Both transports between two real threads, and what each promises about stamps, room and skipping.
import { Worker } from "node:worker_threads";
import { build } from "esbuild";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { closeEnd, createRing, openReader, openWriter } from "../../../../js/src/live/ring/ring.js";
import type { FrameReader, RingEnd } from "../../../../js/src/live/ring/types.js";
import { randomSizes, sampleAt } from "./ring_signal.ts";

const transports = [
  ["shared memory", true],
  ["transferred blocks", false],
] as const;

let writerScript: string;
beforeAll(async () => {
  const { outputFiles } = await build({
    entryPoints: [new URL("./ring_writer.ts", import.meta.url).pathname],
    bundle: true,
    platform: "node",
    format: "cjs",
    write: false,
  });
  writerScript = outputFiles[0]?.text ?? "";
});

const open: RingEnd[] = [];
afterEach(() => {
  for (const end of open.splice(0)) closeEnd(end);
});

function pair(shared: boolean, capacityFrames = 4096, blockFrames = 128) {
  const ring = createRing({ channelCount: 2, capacityFrames, shared, blockFrames });
  open.push(ring.reader, ring.writer);
  return { writer: openWriter(ring.writer), reader: openReader(ring.reader) };
}

/** Messages between ports of one thread arrive in a later turn. */
const turn = () => new Promise((resolve) => setTimeout(resolve, 20));

const ramp = (length: number, first: number) => {
  const samples = (channel: number) =>
    Float32Array.from({ length }, (_, i) => sampleAt(first + i, channel));
  return [samples(0), samples(1)];
};

describe.each(transports)("a ring of %s", (_, shared) => {
  test.each([1, 2, 3])(
    "loses, repeats and changes no frame between two threads (seed %i)",
    async (seed) => {
      const frameCount = 200_000;
      const { writer, reader: end } = createRing({
        channelCount: 3,
        capacityFrames: 2048,
        shared,
        blockFrames: 200,
      });
      open.push(end);
      const reader = openReader(end);
      const thread = new Worker(writerScript, {
        eval: true,
        workerData: { end: writer, frameCount, seed },
        transferList: writer.kind === "blocks" ? [writer.port as never] : [],
      });
      const written = new Promise((resolve, reject) => {
        thread.on("message", resolve);
        thread.on("error", reject);
      });
      const wrong = await readAll(reader, frameCount, randomSizes(seed + 100));
      expect(wrong).toEqual([]);
      expect(await written).toBe(frameCount);
      expect(reader.consumed).toBe(frameCount);
      expect(reader.readable).toBe(0);
      await thread.terminate();
    },
  );

  test("takes as many frames as there is room for, and tells", async () => {
    const { writer, reader } = pair(shared, 1024);
    expect(writer.writable).toBe(1024);
    expect(writer.write(ramp(1500, 0), 0, 1500, 0)).toBe(1024);
    expect([writer.writable, writer.written]).toEqual([0, 1024]);
    expect(writer.write(ramp(1, 0), 0, 1, 1024)).toBe(0);
    await turn();
    expect(reader.readable).toBe(1024);
    expect(reader.skip(256)).toBe(256);
    await turn();
    expect(writer.writable).toBe(256);
  });

  test("tells where stamps jump, and that they wrap", async () => {
    const { writer, reader } = pair(shared);
    writer.write(ramp(100, 0), 0, 100, 2 ** 31 - 50);
    writer.write(ramp(300, 0), 0, 300, 7);
    writer.flush();
    await turn();
    expect(reader.stamp).toBe(2 ** 31 - 50);
    expect(reader.run(1000)).toBe(100);
    expect(reader.run(60)).toBe(60);
    const out = [new Float32Array(400), new Float32Array(400)];
    expect(reader.read(out, 0, 60)).toBe(60);
    // 50 frames before the stamps wrap, 10 after it.
    expect(reader.stamp).toBe(-(2 ** 31) + 10);
    expect(reader.run(1000)).toBe(40);
    expect(reader.skip(40)).toBe(40);
    expect(reader.stamp).toBe(7);
    expect(reader.run(1000)).toBe(300);
    expect(reader.read(out, 5, 1000)).toBe(300);
    expect(out[1]?.[5 + 299]).toBe(sampleAt(299, 1));
    expect([reader.readable, reader.skip(1)]).toEqual([0, 0]);
    expect(reader.consumed).toBe(400);
  });

  test("lets the reader see what was flushed", async () => {
    const { writer, reader } = pair(shared);
    writer.write(ramp(5, 40), 0, 5, 40);
    writer.flush();
    writer.flush();
    await turn();
    expect([reader.readable, reader.stamp]).toEqual([5, 40]);
  });
});

/** Reads until all have come. @returns the first few places where something else came */
async function readAll(
  reader: FrameReader,
  frameCount: number,
  sizes: () => number,
): Promise<string[]> {
  const out = [0, 1, 2].map(() => new Float32Array(1100));
  const wrong: string[] = [];
  for (let next = 0; next < frameCount && wrong.length < 5; ) {
    const start = sizes() % 64;
    const run = reader.run(sizes());
    const { stamp } = reader;
    const count = reader.read(out, start, run);
    if (count > 0 && stamp !== next) wrong.push(`stamp ${stamp} instead of ${next}`);
    out.forEach((samples, channel) => {
      for (let i = 0; i < count; i++) {
        const want = sampleAt(next + i, channel);
        if (samples[start + i] !== want) wrong.push(`frame ${next + i}: ${samples[start + i]}`);
      }
    });
    next += count;
    if (count === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  return wrong;
}
