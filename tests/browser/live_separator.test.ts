// LiveSeparator as a listener hears it, in real AudioContexts, with and without shared memory.
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Suite } from "./page.js";
import { openSiteWith, type Site } from "./pages.js";

declare const suite: Suite;

const flags = ["--autoplay-policy=no-user-gesture-required"];
const rate = 44100;

describe.each([
  ["shared memory", true],
  ["messages", false],
])("LiveSeparator by %s", (_, isolated) => {
  let site: Site;
  let page: Page;
  beforeAll(async () => {
    site = await openSiteWith({ flags, isolated });
    page = await site.open();
  });
  afterAll(() => site?.close());

  test("drops and repeats no frame, and its latency is exact, while the page is busy", async () => {
    const outcome = await page.evaluate(async () => {
      const { live } = suite;
      const separator = await live.tinyLive();
      const { context } = separator.node;
      const seconds = 7;
      const take = await live.record(separator.node);
      const start = Math.ceil(context.currentTime * 44100) + 4410;
      live.playAt(context, live.counterSong(seconds * 44100), start).connect(separator.node);
      const unblock = live.blockMainThread();
      const end = start / 44100 + seconds + separator.latency;
      await live.until("the sound", () => context.currentTime > end + 0.2);
      unblock();
      await live.sleep(200);
      const recording = take();
      const runs = live.countedRuns(recording);
      const { underruns, overloaded, latency, load } = separator;
      await live.endLive(separator);
      const at = runs[0] ? recording.startFrame + runs[0].at - start - runs[0].song : -1;
      return { runs, at, underruns, overloaded, latency, load };
    });
    expect(outcome.underruns).toBe(0);
    expect(outcome.overloaded).toBe(false);
    expect(outcome.runs.map(({ song, length }) => [song, length])).toEqual([[0, 7 * rate]]);
    expect(outcome.at).toBe(Math.round(outcome.latency * rate));
    expect(outcome.load).toBeGreaterThan(0);
    expect(outcome.load).toBeLessThan(1);
  });

  test("plays the mix when the Worker is held up, says so, and recovers", async () => {
    const outcome = await page.evaluate(async () => {
      const { live } = suite;
      const separator = await live.tinyLive({ workerUrl: "/stalling_worker.js" });
      const { context } = separator.node;
      const events: string[] = [];
      for (const type of ["overload", "recovery", "error"] as const) {
        separator.addEventListener(type, () => events.push(type));
      }
      const take = await live.record(separator.node);
      // A slow sine, of which only the vocals are heard: 27/28 of it by the tiny model.
      separator.solo("vocals");
      const sine = Float32Array.from({ length: 30 * 44100 }, (_, i) => Math.sin(i / 100) / 2);
      live.playAt(context, [sine, sine], 0).connect(separator.node);
      await live.until("stems", () => context.currentTime > separator.latency + 1.5);
      const before = [...events];
      new BroadcastChannel("stall").postMessage(separator.latency * 1000 + 1000);
      await live.until("the overload", () => separator.overloaded);
      await live.until("the recovery", () => !separator.overloaded, 20);
      await live.sleep(1000);
      const { underruns, missingSeconds } = separator;
      const samples = take().channels[0] ?? new Float32Array();
      await live.endLive(separator);
      // Peaks of stretches of 40 ms, more than a period of the sine, once sound has come.
      const first = samples.findIndex((sample) => sample > 0.4);
      const peaks: number[] = [];
      for (let i = first + 2000; i + 1764 < samples.length; i += 1764) {
        peaks.push(samples.slice(i, i + 1764).reduce((most, x) => Math.max(most, x), 0));
      }
      const step = live.largestStep(samples.slice(first));
      return { before, events, underruns, missingSeconds, peaks, step };
    });
    expect(outcome.before).toEqual([]);
    expect(outcome.events).toEqual(["overload", "recovery"]);
    expect(outcome.underruns).toBe(1);
    expect(outcome.missingSeconds).toBeGreaterThan(0.3);
    // Stems, then the mix, then stems; never silence, and never anything louder.
    const [stems, mix] = [(0.5 * 27) / 28, 0.5];
    expect(outcome.peaks[0]).toBeCloseTo(stems, 2);
    expect(outcome.peaks.at(-1)).toBeCloseTo(stems, 2);
    expect(Math.max(...outcome.peaks)).toBeCloseTo(mix, 2);
    expect(Math.min(...outcome.peaks)).toBeGreaterThan(stems - 0.01);
    // The sine's own steps are 0.005.
    expect(outcome.step).toBeLessThan(0.006);
  });

  test("survives suspending and unplugging, and leaves nothing behind", async () => {
    const outcome = await page.evaluate(async () => {
      const { live } = suite;
      const separator = await live.tinyLive();
      const context = separator.node.context as AudioContext;
      const take = await live.record(separator.node);
      const sound = live.counterSong(3 * 44100);
      const start = Math.ceil(context.currentTime * 44100) + 4410;
      live.playAt(context, sound, start).connect(separator.node);
      await live.sleep(1000);
      await context.suspend();
      await live.sleep(1500);
      await context.resume();
      await live.until("the sound's end", () => context.currentTime > start / 44100 + 3.2);
      // Unplugged for a while; another sound comes later.
      const again = Math.ceil(context.currentTime * 44100) + 22050;
      const source = live.playAt(context, sound, again);
      source.connect(separator.node);
      const end = again / 44100 + 3 + separator.latency;
      await live.until("the other sound", () => context.currentTime > end + 0.2);
      await live.sleep(200);
      const recording = take();
      const { underruns, latency } = separator;
      await live.endLive(separator);
      const places = live
        .countedRuns(recording)
        .map(({ at, song, length }) => [recording.startFrame + at, song, length]);
      return { places, starts: [start, again], underruns, latency };
    });
    const delay = Math.round(outcome.latency * rate);
    const second = outcome.places.filter(([at]) => (at ?? 0) >= (outcome.starts[1] ?? 0));
    expect(second).toEqual([[(outcome.starts[1] ?? 0) + delay, 0, 3 * rate]]);
    // Where it is suspended, Chromium may let a quantum of all of the graph's time go by unrendered;
    // no frame is lost or repeated by that.
    const first = outcome.places.slice(0, -1);
    expect(first.length).toBeLessThanOrEqual(2);
    expect(first[0]?.slice(0, 2)).toEqual([(outcome.starts[0] ?? 0) + delay, 0]);
    let next = 0;
    for (const [, song, length] of first) {
      expect(song).toBe(next);
      next += length ?? 0;
    }
    expect(next).toBe(3 * rate);
    expect(outcome.underruns).toBe(0);
    await expect.poll(() => page.workers().length).toBe(0);
  });
});

describe("LiveSeparator", () => {
  let site: Site;
  let page: Page;
  beforeAll(async () => {
    site = await openSiteWith({ flags });
    page = await site.open();
  });
  afterAll(() => site?.close());

  test("refuses what makes no sense", async () => {
    const messages = await page.evaluate(async () => {
      const { LiveSeparator } = suite.divisi;
      const context = new AudioContext();
      const options = { model: suite.tinyModel({ chunkFrames: 512 }) };
      const cases: [unknown, object][] = [
        [{}, options],
        [context, { ...options, latency: 3 }],
        [context, { ...options, latency: "1" }],
        [context, { ...options, channelCount: 0 }],
        [context, { ...options, headroomSeconds: 9 }],
        [context, { ...options, transport: "shared" }],
        [context, { model: "musicnn-mtt", modelBase: "/models/" }],
      ];
      const results = [];
      for (const [audioContext, bad] of cases) {
        const call = LiveSeparator.create(audioContext as AudioContext, bad as typeof options);
        results.push(await call.then(String, (error) => `${error.code}: ${error.message}`));
      }
      const live = await LiveSeparator.create(context, options);
      try {
        live.gain("drums");
      } catch (error) {
        results.push(`${(error as { code: string }).code}: ${(error as Error).message}`);
      }
      live.close();
      live.close();
      await context.close();
      return results;
    });
    expect(messages[0]).toMatch(/^bad-option: context/);
    expect(messages[1]).toMatch(/^bad-option: latency: .*got 3/);
    expect(messages[2]).toMatch(/^bad-option: latency/);
    expect(messages[3]).toMatch(/^bad-option: channelCount.*0/);
    expect(messages[4]).toMatch(/^bad-option: headroomSeconds.*9/);
    expect(messages[5]).toMatch(/^unsupported: transport/);
    expect(messages[6]).toMatch(/^bad-model: .*tagging/);
    expect(messages[7]).toMatch(/^bad-option: stem: .*vocals, accompaniment, got "drums"/);
    await expect.poll(() => page.workers().length).toBe(0);
  });
});
