// StemPlayer with any number of stems, and with stems that the app has already.
import type { StemBlock, StemStore } from "divisi";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bandNames } from "../suite/band_model.js";
import type { Suite } from "./page.js";
import { openSiteWith, type Site } from "./pages.js";

declare const suite: Suite;

let site: Site;
let page: Page;
beforeAll(async () => {
  site = await openSiteWith({ flags: ["--autoplay-policy=no-user-gesture-required"] });
  page = await site.open();
});
afterAll(() => site?.close());

test("four stems have a gain, solo and mute each, and an output", async () => {
  const outcome = await page.evaluate(async () => {
    const { live, bandModel, bandNames, fourTones } = suite;
    const player = await live.tinyPlayer({ model: bandModel({ chunkFrames: 128 }) });
    const mix = fourTones(8 * 44100);
    await player.load({ sampleRate: 44100, channels: [mix, mix] });
    await live.until("the stems", () => player.ready[0]?.end === 8);
    player.loop = true;
    player.currentTime = 0.5;
    const take = await live.record(player.node);
    const alone = await live.record(player.node, 1 + bandNames.indexOf("drums"));
    await player.play();
    const level = (recorded: Float32Array | undefined) => {
      const last = recorded?.slice(-8820) ?? new Float32Array();
      return Math.sqrt(last.reduce((sum, x) => sum + x * x, 0) / last.length);
    };
    const heard = async () => {
      await live.sleep(450);
      return level(take().channels[0]);
    };
    const levels: Record<string, number> = { all: await heard() };
    for (const name of player.stems) {
      player.solo(name);
      levels[name] = await heard();
      player.solo(name, false);
      player.mute(name);
      levels[`without ${name}`] = await heard();
      player.mute(name, false);
    }
    player.gain("whale song").value = 0;
    player.mute("bass");
    levels.two = await heard();
    levels.alone = level(alone().channels[0]);
    const { stems } = player;
    await live.endPlayer(player);
    return { levels, stems };
  });
  expect(outcome.stems).toEqual(bandNames);
  // Tones of 0.2 have an RMS of 0.141 each, and add up by power.
  const one = 0.2 / Math.SQRT2;
  const { levels } = outcome;
  expect(levels.all).toBeCloseTo(2 * one, 2);
  for (const name of bandNames) {
    expect(levels[name]).toBeCloseTo(one, 2);
    expect(levels[`without ${name}`]).toBeCloseTo(Math.sqrt(3) * one, 2);
  }
  expect(levels.two).toBeCloseTo(Math.SQRT2 * one, 2);
  expect(levels.alone).toBeCloseTo(one, 2);
});

describe("stems that exist", () => {
  test("are heard as they are, and nothing is computed", async () => {
    const { peaks, ready, speed } = await page.evaluate(async () => {
      const { live } = suite;
      const player = await live.tinyPlayer();
      const frameCount = 6 * 44100;
      const level = (value: number) => new Float32Array(frameCount).fill(value);
      // What the model would never make of this song.
      const stems = {
        vocals: [level(0.125), level(0.125)],
        accompaniment: [level(0.25), level(0.25)],
      };
      await player.load({ sampleRate: 44100, channels: [level(0.5), level(0.5)] }, { stems });
      await live.until("the stems", () => player.ready[0]?.end === 6);
      const take = await live.record(player.node);
      await player.play();
      // What was written ahead before the stems came is still the mix.
      await live.until("the stems' turn", () => player.currentTime > 1);
      const peaks: number[] = [];
      for (const solo of ["vocals", "accompaniment"]) {
        player.solo(solo);
        await live.sleep(400);
        peaks.push(take().channels[0]?.at(-1000) ?? 0);
        player.solo(solo, false);
      }
      const { ready, computingSpeed: speed } = player;
      await live.endPlayer(player);
      return { peaks, ready, speed };
    });
    expect(peaks).toEqual([0.125, 0.25]);
    expect(ready).toEqual([{ start: 0, end: 6 }]);
    expect(speed).toBe(0);
  });

  test("and a store: each frame is computed once, for two loads and little memory", async () => {
    const outcome = await page.evaluate(async () => {
      const { live } = suite;
      const frameCount = 20 * 44100;
      const counts = new Uint8Array(frameCount);
      let blocks: StemBlock[] = [];
      let readFrames = 0;
      const copy = (block: StemBlock) => structuredClone(block);
      const store: StemStore = {
        has: (begin, end) => counts.subarray(begin, end).every((count) => count > 0),
        async read(begin, end) {
          readFrames += end - begin;
          const stems: Record<string, Float32Array[]> = {};
          for (const name of ["vocals", "accompaniment"]) {
            stems[name] = [0, 1].map((c) => {
              const samples = new Float32Array(end - begin);
              for (const block of blocks) {
                const from = Math.max(begin, block.startFrame);
                const to = Math.min(end, block.startFrame + block.frameCount);
                const piece = block.stems[name]?.[c];
                if (from < to && piece) {
                  samples.set(
                    piece.subarray(from - block.startFrame, to - block.startFrame),
                    from - begin,
                  );
                }
              }
              return samples;
            });
          }
          return { startFrame: begin, frameCount: end - begin, stems };
        },
        add(block) {
          blocks.push(copy(block));
          const { startFrame } = block;
          for (let i = 0; i < block.frameCount; i++) {
            counts[startFrame + i] = (counts[startFrame + i] ?? 0) + 1;
          }
        },
      };
      const bytesPerSecond = 44100 * 4 * 2 * 2;
      const player = await live.tinyPlayer({ maxStemBytes: 6 * bytesPerSecond });
      const song = { sampleRate: 44100, channels: live.counterSong(frameCount) };
      await player.load(song, { stems: store });
      await live.until("the whole song", () => store.has(0, frameCount));
      const readFirst = readFrames;
      const computed = new Set(counts);
      const kept = player.ready.reduce((sum, { start, end }) => sum + end - start, 0);
      const first = blocks;
      blocks = [...first].reverse();
      await player.load(song, { stems: store });
      const take = await live.record(player.node);
      player.currentTime = 12;
      await live.until("the stems there", () =>
        player.ready.some(({ start, end }) => start <= 12 && end >= 14),
      );
      await player.play();
      await live.until("the end", () => player.ended);
      const { computingSpeed } = player;
      await live.sleep(200);
      const runs = live.countedRuns(take()).map(({ song, length }) => song + length);
      await live.endPlayer(player);
      return {
        kept,
        readFirst,
        computed: [...computed],
        after: [...new Set(counts)],
        readFrames,
        computingSpeed,
        runs,
      };
    });
    expect(outcome.computed).toEqual([1]);
    expect(outcome.readFirst).toBe(0);
    expect(outcome.kept).toBeLessThanOrEqual(6);
    // Loaded again, nothing is computed: all that is heard is read, and is the song to its end.
    expect(outcome.after).toEqual([1]);
    expect(outcome.computingSpeed).toBe(0);
    expect(outcome.readFrames).toBeGreaterThan(8 * 44100);
    expect(outcome.runs.at(-1)).toBe(20 * 44100);
  });

  test("have to fit the song", async () => {
    const messages = await page.evaluate(async () => {
      const { live } = suite;
      const player = await live.tinyPlayer();
      const samples = new Float32Array(44100);
      const song = { sampleRate: 44100, channels: [samples, samples] };
      const said: string[] = [];
      for (const stems of [
        { vocals: [samples, samples] },
        { vocals: [samples, samples], accompaniment: [samples] },
        { vocals: [samples, samples], accompaniment: [samples, samples.subarray(1)] },
      ]) {
        await player.load(song, { stems }).catch(({ code, message }) => {
          said.push(`${code}: ${message}`);
        });
      }
      await live.endPlayer(player);
      return said;
    });
    expect(messages).toEqual([
      'bad-option: stems: expected 2 channels of 44100 frames of "accompaniment", got no such stem',
      'bad-option: stems: expected 2 channels of 44100 frames of "accompaniment", got 44100',
      'bad-option: stems: expected 2 channels of 44100 frames of "accompaniment", got 44100, 44099',
    ]);
  });
});
