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
      return live.heardWhileBusy(await live.tinyLive(), 5);
    });
    expect(outcome.underruns).toBe(0);
    expect(outcome.overloaded).toBe(false);
    expect(outcome.runs.map(({ song, length }) => [song, length])).toEqual([[0, 5 * rate]]);
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
      const sound = live.counterSong(2 * 44100);
      const start = Math.ceil(context.currentTime * 44100) + 4410;
      live.playAt(context, sound, start).connect(separator.node);
      await live.sleep(1000);
      await context.suspend();
      await live.sleep(1500);
      await context.resume();
      await live.until("the sound's end", () => context.currentTime > start / 44100 + 2.2);
      // Unplugged for a while; another sound comes later.
      const again = Math.ceil(context.currentTime * 44100) + 22050;
      const source = live.playAt(context, sound, again);
      source.connect(separator.node);
      const end = again / 44100 + 2 + separator.latency;
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
    expect(second).toEqual([[(outcome.starts[1] ?? 0) + delay, 0, 2 * rate]]);
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
    expect(next).toBe(2 * rate);
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

  test("is rendered by an OfflineAudioContext, at a rate that is not the model's", async () => {
    const { runs, latency } = await page.evaluate(async () => {
      const { live } = suite;
      const rate = 48000;
      const context = new OfflineAudioContext(2, 3.5 * rate, rate);
      const separator = await live.tinyLive({ latency: 1 }, context);
      live.playAt(context, live.counterSong(1.5 * rate), 0).connect(separator.node);
      // Offline time flies: it is stopped now and then, so that the Worker can do its part, also on a
      // busy machine.
      for (let i = 1; i < 35; i++) {
        context.suspend(i / 10).then(async () => {
          await live.sleep(150);
          await context.resume();
        });
      }
      const rendered = await context.startRendering();
      const { latency } = separator;
      separator.close();
      const channels = [0, 1].map((c) => rendered.getChannelData(c));
      return { runs: live.countedRuns({ startFrame: 0, channels }), latency };
    });
    expect(runs.map(({ song, length }) => [song, length])).toEqual([[0, 72_000]]);
    expect(runs[0]?.at).toBe(Math.round(latency * 48_000));
  });

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
    expect(messages[1]).toMatch(/^bad-option: latency .*got 3/);
    expect(messages[2]).toMatch(/^bad-option: latency/);
    expect(messages[3]).toMatch(/^bad-option: channelCount.*0/);
    expect(messages[4]).toMatch(/^bad-option: headroomSeconds.*9/);
    expect(messages[5]).toMatch(/^unsupported: transport/);
    expect(messages[6]).toMatch(/^bad-model: .*tagging/);
    expect(messages[7]).toMatch(/^bad-option: stem: .*vocals, accompaniment, got "drums"/);
    await expect.poll(() => page.workers().length).toBe(0);
  });
});

describe("LiveSeparator with Spleeter's weights", () => {
  let site: Site;
  let page: Page;
  beforeAll(async () => {
    site = await openSiteWith({ flags });
    page = await site.open();
  });
  afterAll(() => site?.close());

  // Other processes may take both cores away for longer than there is headroom.
  const timed = { retry: 2 };
  test(
    "keeps up at its default latency with a busy page, and gives offline's stems",
    timed,
    async () => {
      const outcome = await page.evaluate(async () => {
        const { live, divisi } = suite;
        const seconds = 8;
        const options = { model: "spleeter-2stems", modelBase: "/models/" };
        const context = new AudioContext({ sampleRate: 44100 });
        const encoded = await (await fetch("/sample/song.ogg")).arrayBuffer();
        const whole = await context.decodeAudioData(encoded);
        const channels = [0, 1].map((c) =>
          whole.getChannelData(c).slice(6 * 44100, (6 + seconds) * 44100),
        );
        const separator = await divisi.LiveSeparator.create(context, options);
        separator.node.connect(context.destination);
        const take = await live.record(separator.node, 1);
        const start = Math.ceil(context.currentTime * 44100) + 4410;
        live.playAt(context, channels, start).connect(separator.node);
        const unblock = live.blockMainThread();
        const end = start / 44100 + seconds + separator.latency;
        await live.until("the sound", () => context.currentTime > end + 0.2, 60);
        unblock();
        await live.sleep(200);
        const { missingSeconds, latency, load } = separator;
        const recording = take();
        await live.endLive(separator);
        const offline = await divisi.Separator.create(options);
        const { stems } = await offline.separate({ sampleRate: 44100, channels });
        offline.close();
        // The first seconds are heard by a network that has heard little yet.
        const first = start - recording.startFrame + Math.round(latency * 44100);
        const part = (samples: Float32Array | undefined, at: number) =>
          samples?.slice(at + 4 * 44100, at + 7.5 * 44100) ?? new Float32Array();
        const snr = live.snrDb(part(stems.vocals?.[0], 0), part(recording.channels[0], first));
        return { missing: missingSeconds / seconds, latency, load, snr };
      });
      console.info(
        `  latency ${outcome.latency.toFixed(3)} s, ${(100 * outcome.load).toFixed(0)} % of a core, ` +
          `vocals ${outcome.snr.toFixed(1)} dB from offline's`,
      );
      // None on a machine that has nothing else to do, as `npm run bench -- --only live` shows in five
      // minutes; tests may run beside other work.
      expect(outcome.missing).toBeLessThan(0.1);
      expect(outcome.snr).toBeGreaterThan(6);
    },
  );
});
