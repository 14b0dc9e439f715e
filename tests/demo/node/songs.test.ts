import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { DivisiError, type PlanarAudio, Separator } from "divisi";
import { afterEach, describe, expect, it } from "vitest";
import { openAudioFile } from "../../../js/cli/read/open_audio_file.js";
import { decodedRate } from "../../../web-demo/src/songs/decode.js";
import { PeakBuilder, samplesPerPeak } from "../../../web-demo/src/songs/peaks.js";
import { ProgressEstimate } from "../../../web-demo/src/songs/progress_estimate.js";
import { createSongQueue } from "../../../web-demo/src/songs/song_queue.js";
import { BlobStemStore } from "../../../web-demo/src/songs/stem_store.js";
import {
  type Song,
  SongError,
  type SongQueue,
  type SongQueueOptions,
} from "../../../web-demo/src/songs/types.js";
import { gapsIn } from "../../../web-demo/src/studio/lanes/outline.js";

const modelBase = new URL("../../../build/models/", import.meta.url);
const sample = fileURLToPath(new URL("../../../sample/song.ogg", import.meta.url));

/** Node has no decodeAudioData: the command line's decoder reads the real file instead. */
async function decodeSample(seconds: number): Promise<PlanarAudio> {
  const source = await openAudioFile(sample);
  const frames = Math.round(seconds * source.sampleRate);
  const channels = Array.from({ length: source.channelCount }, () => new Float32Array(frames));
  let at = 0;
  for await (const block of source.blocks) {
    for (const [c, samples] of block.entries()) {
      channels[c]?.set(samples.subarray(0, Math.max(0, frames - at)), Math.min(at, frames));
    }
    at += block[0]?.length ?? 0;
    if (at >= frames) break;
  }
  await source.close();
  return { sampleRate: source.sampleRate, channels };
}

const songFile = (name: string) => new File([readFileSync(sample)], name);

function until(condition: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    const timer = setInterval(() => {
      if (!condition()) return;
      clearInterval(timer);
      resolve();
    }, 5);
  });
}

const ended = (song: Song) => ["done", "failed", "cancelled"].includes(song.stage.value);

describe("the queue of songs", () => {
  let queue: SongQueue | undefined;
  afterEach(() => queue?.close());

  function open(options: Partial<SongQueueOptions> = {}): SongQueue {
    queue = createSongQueue({ modelBase, decode: () => decodeSample(8), ...options });
    return queue;
  }

  it("tags a song, draws it and splits it into stems that add up to it", async () => {
    const songs = open();
    const [song] = songs.add([songFile("a.ogg")]) as [Song];
    const shares: number[] = [];
    song.progress.subscribe(({ share }) => shares.push(share));
    await until(() => ended(song));
    expect(song.error.value).toBeUndefined();
    expect(song.stage.value).toBe("done");
    expect(song.tags.value?.results.map(({ model }) => model)).toEqual([
      "musicnn-mtt",
      "musicnn-msd",
    ]);
    expect(shares.at(-1)).toBeCloseTo(1, 6);
    expect(shares).toEqual([...shares].sort((a, b) => a - b));
    expect(song.progress.value.speed).toBeGreaterThan(0);
    expect(song.progress.value.secondsLeft).toBeCloseTo(0, 6);

    const audio = await song.loadAudio();
    const store = songs.stems(song);
    expect(store?.stems).toEqual(["vocals", "accompaniment"]);
    expect(store?.readyFrames).toBe(store?.frameCount);
    const end = audio.channels[0]?.length as number;
    const stems = await Promise.all(
      ["vocals", "accompaniment"].map((name) => store?.readStem(name, 1000, end)),
    );
    let worst = 0;
    for (const [c, mix] of audio.channels.entries()) {
      for (let i = 1000; i < end; i++) {
        const sum = stems.reduce((total, stem) => total + (stem?.[c]?.[i - 1000] as number), 0);
        worst = Math.max(worst, Math.abs(sum - (mix[i] as number)));
      }
    }
    // Float32 rounding of values around 1.
    expect(worst).toBeLessThan(1e-6);
    for (const name of ["vocals", "accompaniment"]) {
      const peaks = song.stemPeaks.value.get(name);
      expect(peaks?.count).toBe(Math.ceil(end / samplesPerPeak));
    }
  });

  it("goes on with the others when one cannot be decoded", async () => {
    const songs = open({
      decode: async (file) => {
        if (file.name === "bad.txt") throw new SongError("undecodable", "no music in it");
        return decodeSample(3);
      },
    });
    const [bad, good] = songs.add([songFile("bad.txt"), songFile("good.ogg")]) as [Song, Song];
    await until(() => ended(bad) && ended(good));
    expect(bad.stage.value).toBe("failed");
    expect(bad.error.value).toMatchObject({ code: "undecodable" });
    expect(good.stage.value).toBe("done");
    expect(good.error.value).toBeUndefined();
  });

  it("says why when a model cannot be had, and can be asked again", async () => {
    const songs = open({ taggingModels: ["no-such-model"] });
    const [song] = songs.add([songFile("a.ogg")]) as [Song];
    await until(() => ended(song));
    expect(song.stage.value).toBe("failed");
    expect(song.error.value).toBeInstanceOf(DivisiError);
    expect(song.error.value).toMatchObject({ code: "model-not-found" });
    song.retry();
    expect(song.error.value).toBeUndefined();
    await until(() => ended(song));
    expect(song.error.value).toMatchObject({ code: "model-not-found" });
  });

  it("cancels the song under way, takes the next, and can take it up again", async () => {
    const songs = open();
    const [first, second] = songs.add([songFile("1.ogg"), songFile("2.ogg")]) as [Song, Song];
    await until(() => first.stage.value === "computing");
    first.cancel();
    expect(first.stage.value).toBe("cancelled");
    await until(() => ended(second));
    expect(second.stage.value).toBe("done");
    expect(songs.stems(first)?.readyFrames ?? 0).toBe(0);
    first.retry();
    await until(() => ended(first));
    expect(first.stage.value).toBe("done");
  });

  it("takes the selected song first, and keeps only what is shown or computed decoded", async () => {
    const songs = open();
    const all = songs.add(["1.ogg", "2.ogg", "3.ogg"].map(songFile)) as [Song, Song, Song];
    const order: string[] = [];
    for (const song of all) {
      song.stage.subscribe((stage) => stage === "done" && order.push(song.name));
    }
    songs.selected.value = all[2];
    await until(() => all.every(ended));
    expect(order).toEqual(["1", "3", "2"]);
    await until(() => all[1].audio.value === undefined);
    expect(all.map(({ audio }) => audio.value !== undefined)).toEqual([false, false, true]);
    expect((await all[0].loadAudio()).sampleRate).toBe(44100);
  });

  it("leaves the stems to a player, and computes what that has left out", async () => {
    const songs = open({ decode: () => decodeSample(30), taggingModels: [] });
    const [song] = songs.add([songFile("a.ogg")]) as [Song];
    song.playerComputes.value = true;
    const audio = await song.loadAudio();
    await until(() => song.stage.value === "loading");
    const model = "spleeter-2stems-int8";
    const separator = await Separator.create({ model, modelBase, workers: 1 });
    const store = song.openStems(model, separator.stems);
    const added: [number, number][] = [];
    const { add } = store;
    store.add = (block) => {
      added.push([block.startFrame, block.frameCount]);
      add.call(store, block);
    };
    for await (const block of separator.stream(audio)) {
      store.add(block);
      if (store.readyFrames > 15 * audio.sampleRate) break;
    }
    separator.close();
    expect(song.stage.value).toBe("computing");
    expect(song.progress.value.share).toBeGreaterThan(0.5);
    const left = store.readyFrames;
    song.playerComputes.value = false;
    await until(() => ended(song));
    expect(song.stage.value).toBe("done");
    expect(songs.stems(song)).toBe(store);
    expect(store.has(0, store.frameCount)).toBe(true);
    // What lies in whole chunks of 12 s before that was not computed again.
    const again = added.filter(([start]) => start < left - 13 * audio.sampleRate);
    const total = added.reduce((sum, [, count]) => sum + count, 0);
    expect(total).toBeLessThan(store.frameCount + 13 * audio.sampleRate);
    expect(again.map(([start]) => start)).toEqual([...new Set(again.map(([start]) => start))]);
  });

  it("gives up what it computes of a song when a player takes that over", async () => {
    const songs = open({ decode: () => decodeSample(60), taggingModels: [] });
    const [song] = songs.add([songFile("a.ogg")]) as [Song];
    await until(() => (songs.stems(song)?.readyFrames ?? 0) > 0);
    song.playerComputes.value = true;
    const store = songs.stems(song);
    await new Promise((resolve) => setTimeout(resolve, 500));
    const before = store?.readyFrames;
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect(store?.readyFrames).toBe(before);
    expect(song.stage.value).toBe("computing");
    song.playerComputes.value = false;
    await until(() => ended(song));
    expect(song.stage.value).toBe("done");
  });

  it("separates a song anew by another model, also in the middle of it", async () => {
    const measured = new Map<string, number>();
    const modelBook = {
      source: async (model: string) => ({ model, modelBase }),
      speed: () => 0,
      measured: (model: string, { speed }: { speed?: number }) => {
        if (speed) measured.set(model, speed);
      },
    };
    const songs = open({ decode: () => decodeSample(30), taggingModels: [], modelBook });
    const [song] = songs.add([songFile("a.ogg")]) as [Song];
    // A player is at it, and the first stems are there.
    song.playerComputes.value = true;
    const audio = await song.loadAudio();
    await until(() => song.stage.value === "loading");
    const store = song.openStems(song.model.value, ["vocals", "accompaniment"]);
    const stretch = audio.channels.map((samples) => samples.slice(0, audio.sampleRate));
    const stems = { vocals: stretch, accompaniment: stretch };
    const block = { startFrame: 0, frameCount: audio.sampleRate, stems };
    store.add(block);
    expect(song.stage.value).toBe("computing");
    song.chooseModel("spleeter-2stems");
    expect(song.stemPeaks.value.size).toBe(0);
    // What the player still has under way is another model's.
    store.add({ ...block, startFrame: audio.sampleRate });
    expect(song.stemPeaks.value.size).toBe(0);
    song.playerComputes.value = false;
    await until(() => ended(song));
    expect(song.error.value).toBeUndefined();
    expect(song.model.value).toBe("spleeter-2stems");
    expect(songs.stems(song)?.stems).toEqual(["vocals", "accompaniment"]);
    expect(songs.stems(song)?.readyFrames).toBe(songs.stems(song)?.frameCount);
    expect([...measured.keys()]).toEqual(["spleeter-2stems"]);
    expect(measured.get("spleeter-2stems")).toBeGreaterThan(0);
    song.chooseModel("spleeter-2stems-int8");
    expect(song.stage.value).toBe("decoding");
    await until(() => ended(song));
    expect([...song.stemPeaks.value.keys()]).toEqual(["vocals", "accompaniment"]);
  });

  it("says that a model takes too much memory, whose error the engine's is", async () => {
    const error = new DivisiError("out-of-memory", "no room");
    const modelBook = {
      source: () => Promise.reject(error),
      speed: () => 0,
      measured: () => {},
    };
    const songs = open({ decode: () => decodeSample(3), taggingModels: [], modelBook });
    const [song] = songs.add([songFile("a.ogg")]) as [Song];
    await until(() => ended(song));
    expect(song.error.value).toMatchObject({ code: "model-too-large", cause: error });
  });

  it("takes the same file once, and forgets what is removed", async () => {
    const songs = open({ taggingModels: [], decode: () => decodeSample(1) });
    const [song] = songs.add([songFile("a.ogg")]) as [Song];
    expect(songs.add([songFile("a.ogg")])).toEqual([song]);
    expect(songs.songs.value).toHaveLength(1);
    await until(() => ended(song));
    songs.remove(song);
    expect(songs.songs.value).toEqual([]);
    expect(songs.selected.value).toBeUndefined();
    expect(songs.stems(song)).toBeUndefined();
  });
});

describe("what the queue is made of", () => {
  it("draws the same outline whatever the blocks", () => {
    const samples = Float32Array.from({ length: 10_000 }, (_, i) => Math.sin(i / 50) + 0.3);
    const whole = new PeakBuilder(44100, samples.length);
    whole.add([samples], { at: 0 });
    const pieces = new PeakBuilder(44100, samples.length);
    const starts = Array.from({ length: 13 }, (_, i) => 777 * i);
    // Any order will do, as long as each piece comes once.
    for (const at of [...starts.slice(5), ...starts.slice(0, 5)]) {
      pieces.add([samples.subarray(at, at + 777)], { at });
    }
    expect(pieces.peaks).toEqual(whole.peaks);
    const third = samples.subarray(2 * samplesPerPeak, 3 * samplesPerPeak);
    expect([...whole.peaks.values.subarray(4, 6)]).toEqual([
      third.reduce((a, b) => Math.min(a, b)),
      third.reduce((a, b) => Math.max(a, b)),
    ]);
  });

  it("tells what of a view is not computed yet", () => {
    const rate = 100 * samplesPerPeak;
    const builder = new PeakBuilder(rate, 10 * rate);
    expect(gapsIn(undefined, 2, 4)).toEqual([{ from: 0, to: 1 }]);
    expect(gapsIn(builder.peaks, 0, 10)).toEqual([{ from: 0, to: 1 }]);
    builder.add([new Float32Array(2 * rate)], { at: 3 * rate });
    expect(gapsIn(builder.peaks, 0, 10)).toEqual([
      { from: 0, to: 0.3 },
      { from: 0.5, to: 1 },
    ]);
    expect(gapsIn(builder.peaks, 4, 8)).toEqual([{ from: 0.25, to: 1 }]);
    expect(gapsIn(builder.peaks, 3.5, 4.5)).toEqual([]);
    builder.add([new Float32Array(3 * rate)], { at: 0 });
    builder.add([new Float32Array(5 * rate)], { at: 5 * rate });
    expect(gapsIn(builder.peaks, 0, 10)).toEqual([]);
  });

  it("reads any stretch of the stems over the bounds of blocks", async () => {
    const ramp = (begin: number) => Float32Array.from({ length: 100 }, (_, i) => begin + i);
    const store = new BlobStemStore({
      sampleRate: 8000,
      channelCount: 2,
      frameCount: 300,
      stems: ["a"],
      blocks: [],
    });
    const block = (startFrame: number) => ({
      startFrame,
      frameCount: 100,
      stems: { a: [ramp(startFrame), ramp(1000 + startFrame)] },
    });
    for (const startFrame of [200, 0]) store.add(block(startFrame));
    expect([store.has(0, 100), store.has(50, 250), store.readyFrames]).toEqual([true, false, 200]);
    // Of what comes again only the part that is missing is taken.
    for (const startFrame of [50, 150]) store.add(block(startFrame));
    expect([store.has(0, 300), store.readyFrames]).toEqual([true, 300]);
    expect(store.stored.blocks.map(({ startFrame }) => startFrame)).toEqual([0, 100, 150, 200]);
    expect((await store.read(90, 210)).stems.a?.[0]).toEqual(
      Float32Array.from({ length: 120 }, (_, i) => 90 + i),
    );
    const [left, right] = await store.readStem("a", 95, 105);
    expect([...(left ?? [])]).toEqual(Array.from({ length: 10 }, (_, i) => 95 + i));
    expect([...(right ?? [])]).toEqual(Array.from({ length: 10 }, (_, i) => 1095 + i));
    await expect(store.readStem("a", 150, 301)).rejects.toThrow("not all there");
    await expect(store.readStem("b", 0, 1)).rejects.toThrow('no stem "b"');
  });

  it("knows the rate that decoders give where the file states another", () => {
    expect(decodedRate(44100, "Opus")).toBe(48000);
    expect(decodedRate(22050, "MPEG-4/AAC")).toBe(44100);
    expect(decodedRate(96000, "FLAC")).toBe(96000);
    expect(decodedRate(undefined, undefined)).toBeUndefined();
  });

  it("tells the time left from the speed so far", () => {
    let now = 10;
    const estimate = new ProgressEstimate(100, 0, () => now);
    expect(estimate.tagged(1)).toEqual({ share: 0.08, speed: 0, secondsLeft: undefined });
    estimate.begin();
    now = 15;
    expect(estimate.separated(50)).toEqual({ share: 0.54, speed: 10, secondsLeft: 5 });
    expect(new ProgressEstimate(100, estimate.measuredSpeed ?? 0).tagged(0).secondsLeft).toBe(10);
  });
});
