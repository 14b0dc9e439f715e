// A song's levels are measured once, whoever needs them and in whichever order.
import { afterEach, describe, expect, test } from "vitest";
import { isWhole, openAudio, type WholeSong } from "../../../js/src/audio/audio_source.js";
import type { Calls } from "../../../js/src/engine/protocol/calls.js";
import { type LevelsWorker, SongLevels } from "../../../js/src/separation/song_levels.js";
import { stereoNoise } from "../../suite/environment.js";
import { tinyModel } from "../../suite/tiny_model.js";
import { WorkerPort } from "../engine/worker_port.js";

const frameCount = 2_000_000;
const request = { format: { sampleRate: 44100, channelCount: 2 }, options: {} };
const song = wholeSong();

function wholeSong(): WholeSong {
  const source = openAudio(stereoNoise(frameCount));
  if (!isWhole(source)) throw new Error("expected a song in memory");
  return source;
}

/** A Worker that counts what it is asked to measure, and can be made to die. */
class CountingWorker implements LevelsWorker {
  frames = 0;
  dead = false;
  onPush: (() => void) | undefined;
  readonly #port: WorkerPort;

  constructor(port: WorkerPort) {
    this.#port = port;
  }

  call: LevelsWorker["call"] = async (type, payload, options) => {
    if (this.dead) throw new Error("the Worker has died");
    if (type === "push") {
      this.frames += (payload as Calls["push"]["request"]).channels[0]?.length ?? 0;
      this.onPush?.();
    }
    return this.#port.call(type, payload, options);
  };
}

const ports: WorkerPort[] = [];
afterEach(async () => {
  for (const port of ports.splice(0)) await port.close();
});

async function openWorkers(count: number): Promise<CountingWorker[]> {
  const workers: CountingWorker[] = [];
  for (let i = 0; i < count; i++) {
    const port = await WorkerPort.open(tinyModel());
    ports.push(port);
    workers.push(new CountingWorker(port));
  }
  return workers;
}

describe("a song's levels", () => {
  test("are measured once for several runs at once", async () => {
    const [first, second] = (await openWorkers(2)) as [CountingWorker, CountingWorker];
    const levels = new SongLevels(song, request);
    const [, whole] = await Promise.all([
      levels.upTo(frameCount / 2, first, undefined),
      levels.upTo(frameCount, second, undefined),
      levels.upTo(frameCount / 4, second, undefined),
    ]);
    expect(first.frames + second.frames).toBe(frameCount);
    expect(whole.length).toBeGreaterThan(10);
    const again = await new SongLevels(song, request).upTo(frameCount, second, undefined);
    expect(again).toEqual(whole);
  });

  test("go on after somebody has given up", async () => {
    const [worker] = (await openWorkers(1)) as [CountingWorker];
    const levels = new SongLevels(song, request);
    const controller = new AbortController();
    worker.onPush = () => controller.abort();
    await expect(levels.upTo(frameCount, worker, controller.signal)).rejects.toThrow();
    expect(worker.frames).toBeLessThan(frameCount);
    await levels.upTo(frameCount, worker, undefined);
    expect(worker.frames).toBe(frameCount);
  });

  test("are measured anew where the Worker that did has died", async () => {
    const [first, second] = (await openWorkers(2)) as [CountingWorker, CountingWorker];
    const levels = new SongLevels(song, request);
    await levels.upTo(frameCount / 2, first, undefined);
    first.dead = true;
    const whole = await levels.upTo(frameCount, second, undefined);
    expect(second.frames).toBe(frameCount);
    expect(whole).toEqual(await new SongLevels(song, request).upTo(frameCount, second, undefined));
  });
});
