// What the live classes live through: hidden pages, suspended contexts, and their own end.
import type { CDPSession, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { launchPlainChromium, type PlainChromium } from "../support/chromium.js";
import type { Server } from "../support/server.js";
import type { Suite } from "./page.js";
import { openIn, serveSite } from "./pages.js";

declare const suite: Suite;

const flags = ["--autoplay-policy=no-user-gesture-required", "--js-flags=--expose-gc"];
const rate = 44100;

describe.each([
  ["shared memory", true],
  ["messages", false],
])("Live classes by %s", (_, isolated) => {
  let server: Server;
  let chromium: PlainChromium;
  let page: Page;
  beforeAll(async () => {
    server = await serveSite(isolated);
    chromium = await launchPlainChromium(...flags);
    page = await openIn(chromium.context, server.origin);
  });
  afterAll(async () => {
    await chromium?.close();
    await server?.close();
  });

  test("play on in a hidden page: no stall, no lost frame", async () => {
    const seconds = 8;
    await page.bringToFront();
    // What plays is not heard, for a page that is heard, or was a moment ago, is not slowed down.
    await page.evaluate(async (seconds) => {
      const { live } = suite;
      const song = live.counterSong(seconds * 44100);
      const [player, separator] = [await live.tinyPlayer(), await live.tinyLive()];
      player.node.disconnect(player.node.context.destination);
      separator.node.disconnect(separator.node.context.destination);
      const playerTake = await live.record(player.node);
      const liveTake = await live.record(separator.node);
      await player.load({ sampleRate: 44100, channels: song });
      const { context } = separator.node;
      const start = Math.ceil(context.currentTime * 44100) + 4410;
      live.playAt(context, song, start).connect(separator.node);
      await player.play();
      const end = start / 44100 + seconds + separator.latency + 0.2;
      const visible = document.visibilityState;
      const changes: { state: string; at: number }[] = [{ state: visible, at: player.currentTime }];
      document.addEventListener("visibilitychange", () => {
        changes.push({ state: document.visibilityState, at: player.currentTime });
      });
      const finish = async () => {
        await live.until("the ends", () => player.ended && context.currentTime > end, 60);
        await live.sleep(200);
        const [played, heard] = [playerTake(), liveTake()];
        const [playerRuns, liveRuns] = [live.countedRuns(played), live.countedRuns(heard)];
        const first = liveRuns[0];
        const outcome = {
          changes,
          underruns: [player.underruns, separator.underruns],
          overloaded: separator.overloaded,
          latency: separator.latency,
          runs: [playerRuns, liveRuns].map((runs) => runs.map((run) => [run.song, run.length])),
          at: first ? heard.startFrame + first.at - start - first.song : -1,
        };
        await live.endPlayer(player);
        await live.endLive(separator);
        return outcome;
      };
      Object.assign(globalThis, { finish });
    }, seconds);
    const other = await chromium.context.newPage();
    await other.bringToFront();
    const hidden = await page.evaluate(async () => {
      let ticks = 0;
      const end = performance.now() + 4000;
      while (performance.now() < end) {
        await suite.live.sleep(10);
        ticks += 1;
      }
      return { hidden: document.hidden, ticks };
    });
    await other.close();
    await page.bringToFront();
    type Lifetime = {
      finish(): Promise<{
        changes: { state: string; at: number }[];
        underruns: number[];
        overloaded: boolean;
        latency: number;
        runs: number[][][];
        at: number;
      }>;
    };
    const outcome = await page.evaluate(() => (globalThis as unknown as Lifetime).finish());
    expect(hidden.hidden).toBe(true);
    // 4 s in steps of 10 ms would be 400; the page's own timers are held to about one a second.
    expect(hidden.ticks).toBeLessThan(40);
    expect(outcome.changes.map(({ state }) => state)).toEqual(["visible", "hidden", "visible"]);
    // The page was hidden and came back in the middle of the song.
    const [, went, came] = outcome.changes;
    expect((came?.at ?? 0) - (went?.at ?? 0)).toBeGreaterThan(3);
    expect(came?.at).toBeLessThan(seconds);
    expect(outcome.underruns).toEqual([0, 0]);
    expect(outcome.overloaded).toBe(false);
    const whole = [[0, seconds * rate]];
    expect(outcome.runs).toEqual([whole, whole]);
    expect(outcome.at).toBe(Math.round(outcome.latency * rate));
  });

  test("play on when the sound goes to another device", async () => {
    const outcome = await page.evaluate(async () => {
      const { live } = suite;
      const seconds = 5;
      const [player, separator] = [await live.tinyPlayer(), await live.tinyLive()];
      const contexts = [player.node.context, separator.node.context] as AudioContext[];
      await Promise.all(contexts.map((context) => context.resume()));
      const takes = [await live.record(player.node), await live.record(separator.node)];
      const song = live.counterSong(seconds * 44100);
      await player.load({ sampleRate: 44100, channels: song });
      const [, context] = contexts as [AudioContext, AudioContext];
      const start = Math.ceil(context.currentTime * 44100) + 4410;
      live.playAt(context, song, start).connect(separator.node);
      await player.play();
      const devices: string[] = [];
      await live.sleep(1500);
      for (const each of contexts) {
        // Chromium's own; meanwhile it suspends the context.
        type Changing = { setSinkId(id: object): Promise<void>; sinkId: { type: string } };
        const changing = each as unknown as Changing;
        await changing.setSinkId({ type: "none" });
        devices.push(changing.sinkId.type);
      }
      const end = start / 44100 + seconds + separator.latency + 0.2;
      await live.until("the ends", () => player.ended && context.currentTime > end, 60);
      await live.sleep(200);
      const runs = takes.map((take) =>
        live.countedRuns(take()).map(({ song, length }) => [song, length]),
      );
      const underruns = [player.underruns, separator.underruns];
      await live.endPlayer(player);
      await live.endLive(separator);
      return { devices, runs, underruns };
    });
    expect(outcome).toMatchObject({ devices: ["none", "none"], underruns: [0, 0] });
    // While the devices change, Chromium lets a few render quanta pass in which it asks no worklet:
    // the player goes on with its next frame, and what an input had in them nobody has heard.
    const [played, heard] = outcome.runs.map((runs) => {
      for (const [i, [song]] of runs.entries()) {
        const [before, length] = runs[i - 1] ?? [0, 0];
        expect(song).toBeGreaterThanOrEqual((before ?? 0) + (length ?? 0));
      }
      return runs.reduce((sum, [, length]) => sum + (length ?? 0), 0);
    });
    expect(played).toBe(5 * rate);
    expect(heard).toBeGreaterThan(5 * rate - 1024);
    expect(heard).toBeLessThanOrEqual(5 * rate);
  });

  test("StemPlayer goes on where a suspended context had stopped it", async () => {
    const outcome = await page.evaluate(async () => {
      const { live } = suite;
      const player = await live.tinyPlayer();
      const context = player.node.context as AudioContext;
      const take = await live.record(player.node);
      await player.load({ sampleRate: 44100, channels: live.counterSong(3 * 44100) });
      await player.play();
      await live.until("being on the way", () => player.currentTime > 1);
      await context.suspend();
      const stopped = player.currentTime;
      await live.sleep(1500);
      const still = player.currentTime;
      await context.resume();
      await live.until("the end", () => player.ended);
      await live.sleep(200);
      const stretches = live.heardStretches(take());
      const { underruns } = player;
      await live.endPlayer(player);
      return { stretches, stopped, still, underruns };
    });
    expect(outcome.still - outcome.stopped).toBeLessThan(0.1);
    expect(outcome.underruns).toBe(0);
    expect(outcome.stretches).toEqual([[0, 3 * rate]]);
  });

  test("leave no Worker, node or processor to a context that lives on", async () => {
    const session = await chromium.context.newCDPSession(page);
    await session.send("Performance.enable");
    // Of contexts that other tests closed.
    const { AudioHandlers: before = 0 } = await liveObjects(session);
    await page.evaluate(async () => {
      const { live, divisi } = suite;
      const context = new AudioContext({ sampleRate: 44100 });
      await context.audioWorklet.addModule("/live_worklet.js");
      const tagging = { model: "musicnn-mtt", modelBase: "/models/" };
      const song = live.counterSong(2 * 44100);
      for (let i = 0; i < 3; i++) {
        const player = await live.tinyPlayer({}, context);
        const separator = await live.tinyLive({}, context);
        const tagger = await divisi.LiveTagger.create(context, tagging);
        await player.load({ sampleRate: 44100, channels: song });
        const source = live.playAt(context, song, 0);
        source.connect(separator.node);
        source.connect(tagger.node).connect(context.destination);
        await player.play();
        await live.until("sound", () => player.currentTime > 0.5);
        for (const made of [player, separator, tagger]) {
          made.node.disconnect();
          made.close();
        }
      }
      const collect = () => new AudioWorkletNode(context, "test-collector");
      Object.assign(globalThis, { collect });
    });
    await expect.poll(() => page.workers().length).toBe(0);
    // The context's destination, and the last collector: the one before was collected by it.
    const left = { AudioHandlers: before + 2, AudioWorkletProcessors: 1 };
    const excess = async () => {
      await page.evaluate(() => {
        (globalThis as unknown as { collect(): void }).collect();
      });
      // The collector runs on the thread of audio.
      await page.waitForTimeout(500);
      const counted = await liveObjects(session);
      return Object.entries(left).filter(([name, most]) => !((counted[name] ?? Infinity) <= most));
    };
    await expect.poll(excess, { timeout: 20_000 }).toEqual([]);
  });
});

/** How many of each kind of object the page has after garbage collection, by Chromium's own count. */
async function liveObjects(session: CDPSession): Promise<Record<string, number>> {
  await session.send("HeapProfiler.collectGarbage");
  const { metrics } = await session.send("Performance.getMetrics");
  return Object.fromEntries(metrics.map(({ name, value }) => [name, value]));
}
