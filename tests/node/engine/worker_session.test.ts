// A Worker's end of the protocol: several streams of one compiled task, by number.
import { afterEach, describe, expect, test } from "vitest";
import { channelsOf, type Items, rowsOf } from "../../../js/src/engine/protocol/items.js";
import { noise } from "../../suite/environment.js";
import { tinyModel } from "../../suite/tiny_model.js";
import { WorkerPort } from "./worker_port.js";

const format = { sampleRate: 44100, channelCount: 1 };
const frames = 200_000;
const sliceFrames = 20_000;
const all = Number.MAX_SAFE_INTEGER;

const ports: WorkerPort[] = [];
afterEach(async () => {
  for (const port of ports.splice(0)) await port.close();
});

async function openPort(source: Parameters<typeof WorkerPort.open>[0] = tinyModel()) {
  const port = await WorkerPort.open(source);
  ports.push(port);
  return port;
}

/** What the streams give of noise of different seeds, pushed in turns. */
async function separateInTurns(port: WorkerPort, seeds: readonly number[]): Promise<Items[][]> {
  const streams: number[] = [];
  for (const _ of seeds) streams.push((await port.call("open", { format, options: {} })).stream);
  for (let start = 0; start < frames; start += sliceFrames) {
    for (const [i, stream] of streams.entries()) {
      const channels = [noise(frames, seeds[i]).slice(start, start + sliceFrames)];
      await port.call("push", { stream, channels });
    }
  }
  const results: Items[][] = [];
  for (const stream of streams) {
    await port.call("finish", { stream });
    results.push((await port.call("pull", { stream, maxItems: all })).items);
    await port.call("end", { stream });
  }
  return results;
}

describe("a Worker", () => {
  test("says what a stream gives, and when", async () => {
    const port = await openPort();
    const { outputs, timing } = await port.call("open", { format, options: { stems: ["vocals"] } });
    expect(outputs).toEqual([
      { name: "vocals", kind: "audio", width: 1, rate: 44100, itemSeconds: 0, labels: [] },
    ]);
    expect(timing.latency).toBeGreaterThan(0);
    expect(timing.runInterval).toBeGreaterThan(0);
  });

  test("runs streams in turns as it runs each alone", async () => {
    const port = await openPort();
    const both = await separateInTurns(port, [1, 2]);
    const alone = [await separateInTurns(port, [1]), await separateInTurns(port, [2])].flat();
    expect(channelsOf(both[0]?.[0])[0]).toHaveLength(frames);
    const bytesOf = (results: Items[][]) =>
      results
        .flat()
        .map((items) => Buffer.concat(channelsOf(items).map(({ buffer }) => Buffer.from(buffer))));
    expect(bytesOf(both).map((bytes, i) => bytesOf(alone)[i]?.equals(bytes))).toEqual([
      true,
      true,
      true,
      true,
    ]);
  });

  test("knows no stream that has ended, and goes on", async () => {
    const port = await openPort();
    const { stream } = await port.call("open", { format, options: {} });
    await port.call("end", { stream });
    await port.call("end", { stream });
    await expect(port.call("finish", { stream })).rejects.toThrow("the stream has ended");
    await expect(port.call("open", { format, options: { hop: 1 } })).rejects.toMatchObject({
      code: "bad-option",
      message: expect.stringContaining("hop"),
    });
    await separateInTurns(port, [1]);
  });

  test("measures the levels of a song's chunks as far as it is pushed", async () => {
    const port = await openPort();
    const { chunks } = await port.call("chunks", { format, options: {}, frameCount: frames });
    const options = { measure: true, frameCount: frames };
    const { stream, outputs } = await port.call("open", { format, options });
    expect(outputs.map(({ name, kind, width }) => ({ name, kind, width }))).toEqual([
      { name: "levels", kind: "rows", width: 1 },
    ]);
    const rows: Float32Array[] = [];
    for (let start = 0; start < frames; start += sliceFrames) {
      const channels = [noise(frames).slice(start, start + sliceFrames)];
      await port.call("push", { stream, channels });
      rows.push(...rowsOf((await port.call("pull", { stream, maxItems: all })).items[0]));
      const known = chunks.findIndex(({ inputEnd }) => inputEnd > start + sliceFrames);
      expect(rows.length).toBeGreaterThanOrEqual(known < 0 ? chunks.length : known);
    }
    expect(rows).toHaveLength(chunks.length);
    // Noise between -0.25 and 0.25.
    for (const [level] of rows) expect(level).toBeCloseTo(0.25 / Math.sqrt(3), 2);
  });

  test("refuses a task that it does not know", async () => {
    await expect(WorkerPort.open({ task: "sorcery" })).rejects.toMatchObject({
      code: "unsupported",
      message: expect.stringContaining("sorcery"),
    });
  });
});
