// divisi in Firefox: the page that Chromium's tests use, with and without shared memory.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type FirefoxPage, openInFirefox } from "../support/firefox.js";
import type { Server } from "../support/server.js";
import type { Suite } from "./page.js";
import { serveSite } from "./pages.js";

declare const suite: Suite;

const rate = 44100;

describe.each([
  ["shared memory", true],
  ["messages", false],
])("Firefox, by %s", (_, isolated) => {
  let server: Server;
  let page: FirefoxPage;
  beforeAll(async () => {
    server = await serveSite(isolated);
    page = await openInFirefox(server.origin);
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(isolated);
  });
  afterAll(async () => {
    await page?.close();
    await server?.close();
  });

  // One after the other in the same page: the same cases with the same limits as in Node and Chromium.
  if (isolated) {
    test.each([
      ["simd", "reference mode reproduces the original's stems to 60 dB"],
      ["relaxed-simd", "reference mode reproduces the original's stems to 60 dB"],
      ["relaxed-simd", "the default mode's stems add up to the mix"],
    ] as const)("%s: %s", async (variant, name) => {
      expect(await page.evaluate(() => suite.divisi.supportedVariants())).toContain(variant);
      await page.evaluate(([name, variant]) => suite.run(name, variant), [name, variant] as const);
    });
  }

  test("StemPlayer plays every frame once in a busy page, and seeks", async () => {
    const outcome = await page.evaluate(async () => {
      const { live } = suite;
      const player = await live.tinyPlayer();
      const context = player.node.context as AudioContext;
      await context.resume();
      const take = await live.record(player.node);
      await player.load({ sampleRate: 44100, channels: live.counterSong(4 * 44100) });
      const unblock = live.blockMainThread();
      await player.play();
      await live.until("the end", () => player.ended);
      unblock();
      player.currentTime = 3;
      await player.play();
      await live.until("the second end", () => player.ended);
      const { state } = context;
      const { underruns } = player;
      await live.sleep(200);
      const runs = live.countedRuns(take());
      await live.endPlayer(player);
      return { runs: runs.map(({ song, length }) => [song, length]), state, underruns };
    });
    expect(outcome.state).toBe("running");
    expect(outcome.underruns).toBe(0);
    const [first, second, ...more] = outcome.runs;
    expect(first).toEqual([0, 4 * rate]);
    expect((second?.[0] ?? 0) + (second?.[1] ?? 0)).toBe(4 * rate);
    // A fade of 256 frames, and the render quanta in which it begins and ends.
    expect(second?.[0]).toBeGreaterThanOrEqual(3 * rate);
    expect(second?.[0]).toBeLessThan(3 * rate + 512);
    expect(more).toEqual([]);
  });

  test("LiveSeparator drops no frame and its latency is exact while the page is busy", async () => {
    const outcome = await page.evaluate(async () => {
      const { live } = suite;
      const separator = await live.tinyLive();
      const context = separator.node.context as AudioContext;
      await context.resume();
      const seconds = 4;
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
      const { underruns, overloaded, latency } = separator;
      await live.endLive(separator);
      const at = runs[0] ? recording.startFrame + runs[0].at - start - runs[0].song : -1;
      return { runs, at, underruns, overloaded, latency };
    });
    expect(outcome.underruns).toBe(0);
    expect(outcome.overloaded).toBe(false);
    expect(outcome.runs.map(({ song, length }) => [song, length])).toEqual([[0, 4 * rate]]);
    expect(outcome.at).toBe(Math.round(outcome.latency * rate));
  });
});
