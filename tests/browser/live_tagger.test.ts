// LiveTagger in real AudioContexts, with and without shared memory.
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Suite } from "./page.js";
import { openSiteWith, type Site } from "./pages.js";

declare const suite: Suite;

const flags = ["--autoplay-policy=no-user-gesture-required"];

describe.each([
  ["shared memory", true],
  ["messages", false],
])("LiveTagger by %s", (_, isolated) => {
  let site: Site;
  let page: Page;
  beforeAll(async () => {
    site = await openSiteWith({ flags, isolated });
    page = await site.open();
  });
  afterAll(() => site?.close());

  // What the transports do to sound is the same for all classes: one will do for this.
  if (isolated)
    test("hears what Tagger hears in the same sound, once a second", async () => {
      const outcome = await page.evaluate(async () => {
        const { LiveTagger, Tagger } = suite.divisi;
        const { live } = suite;
        const encoded = await (await fetch("/sample/song.ogg")).arrayBuffer();
        const context = new AudioContext({ sampleRate: 44100 });
        const audio = await context.decodeAudioData(encoded);
        const options = { model: "musicnn-mtt", modelBase: "/models/" };
        const tagger = await LiveTagger.create(context, { ...options, historySeconds: 3 });
        const heard: import("divisi").LiveTags[] = [];
        const times: number[] = [];
        tagger.addEventListener("tags", ({ detail }) => {
          heard.push(detail);
          times.push(performance.now() / 1000);
        });
        // The node leads nowhere: it must listen all the same.
        const source = new AudioBufferSourceNode(context, { buffer: audio });
        source.connect(tagger.node);
        const unblock = live.blockMainThread();
        source.start(0, 20);
        await live.until("five rows", () => heard.length >= 5);
        unblock();
        const { hopSeconds, labels } = tagger;
        tagger.close();
        await context.close();
        // Where in the song the rows lie is not known: the sound began some time after the node. One
        // place on a fine taggram of the song, whose steps divide a row's, fits all of them.
        const offline = await Tagger.create(options);
        const cut = [0, 1].map((c) => audio.getChannelData(c).subarray(20 * 44100, 29 * 44100));
        const fine = await offline.tag({ sampleRate: 44100, channels: cut }, { hopSeconds: 0.048 });
        offline.close();
        const distance = (a: Float32Array, b: Float32Array | undefined) =>
          a.reduce((most, x, i) => Math.max(most, Math.abs(x - (b?.[i] ?? Number.NaN))), 0);
        const rows = heard.slice(2);
        const places = fine.taggram.rows.length - 21 * (rows.length - 1);
        const distances = Array.from({ length: places }, (_, place) =>
          Math.max(
            ...rows.map((row, i) => distance(row.scores, fine.taggram.rows[place + 21 * i])),
          ),
        );
        return {
          distances,
          hopSeconds,
          starts: heard.map(({ startSeconds }) => startSeconds),
          spacing: ((times.at(-1) ?? 0) - (times[0] ?? 0)) / (times.length - 1),
          taggramRows: heard.map(({ taggram }) => taggram.rows.length),
          tagCount: heard[0]?.tags.length,
          labelCount: labels.length,
        };
      });
      // A second, rounded to the model's frames of 16 ms.
      expect(outcome.hopSeconds).toBeCloseTo(1.008, 6);
      expect(outcome.tagCount).toBe(outcome.labelCount);
      expect(outcome.taggramRows).toEqual([1, 2, 3, 3, 3]);
      outcome.starts.forEach((start, i) => {
        expect(start).toBeCloseTo(i * outcome.hopSeconds, 6);
      });
      // The machine may be busy; the sound's own time is exact above.
      expect(outcome.spacing).toBeGreaterThan(0.7);
      expect(outcome.spacing).toBeLessThan(1.4);
      // Largest difference of a score. Patches up to 24 ms apart differ a little; other places of the
      // song, by several times as much.
      const least = Math.min(...outcome.distances);
      console.info(`  largest difference of a score: ${least.toFixed(3)}`);
      expect(least).toBeLessThan(0.08);
      expect(Math.max(...outcome.distances)).toBeGreaterThan(0.16);
    });

  test("passes on what it hears, and nothing is left of it after close", async () => {
    const outcome = await page.evaluate(async () => {
      const { live } = suite;
      const context = new AudioContext();
      const options = { model: "musicnn-mtt", modelBase: "/models/" };
      const tagger = await suite.divisi.LiveTagger.create(context, options);
      const take = await live.record(tagger.node);
      const samples = Float32Array.from({ length: 20_000 }, (_, i) => i / 20_000);
      live.playAt(context, [samples, samples], 0).connect(tagger.node);
      await live.until("the recording", () => (take().channels[1]?.at(-1) ?? 0) > 0.5);
      const recorded = take().channels[1] ?? new Float32Array();
      tagger.close();
      const rises = recorded.filter((sample, i) => sample > (recorded[i - 1] ?? 0)).length;
      await context.close();
      return { rises };
    });
    expect(outcome.rises).toBeGreaterThan(5_000);
    await expect.poll(() => page.workers().length).toBe(0);
  });

  test("refuses what makes no sense", async () => {
    const messages = await page.evaluate(async () => {
      const { LiveTagger } = suite.divisi;
      const context = new AudioContext();
      const closed = new AudioContext();
      await closed.close();
      const options = { model: "musicnn-mtt", modelBase: "/models/" };
      const controller = new AbortController();
      controller.abort();
      const cases: [unknown, object][] = [
        [undefined, options],
        [closed, options],
        [context, { ...options, hopSeconds: 5 }],
        [context, { ...options, historySeconds: -1 }],
        [context, { ...options, channelCount: 9 }],
        [context, { ...options, transport: "pigeon" }],
        [context, { ...options, workletUrl: "/gone.js" }],
        [context, { ...options, model: "spleeter-2stems" }],
        [context, { ...options, signal: controller.signal }],
      ];
      const results = [];
      for (const [audioContext, bad] of cases) {
        const call = LiveTagger.create(audioContext as AudioContext, bad as typeof options);
        results.push(
          await call.then(String, (error) => `${error.name} ${error.code}: ${error.message}`),
        );
      }
      await context.close();
      return results;
    });
    expect(messages[0]).toMatch(/^DivisiError bad-option: context/);
    expect(messages[1]).toMatch(/^DivisiError closed: context/);
    expect(messages[2]).toMatch(/^DivisiError bad-option: hopSeconds.* 5/);
    expect(messages[3]).toMatch(/^DivisiError bad-option: historySeconds.*-1/);
    expect(messages[4]).toMatch(/^DivisiError bad-option: channelCount.*9/);
    expect(messages[5]).toMatch(/^DivisiError bad-option: transport.*pigeon/);
    expect(messages[6]).toMatch(/^DivisiError network: .*gone\.js/);
    expect(messages[7]).toMatch(/^DivisiError bad-model: .*separation/);
    expect(messages[8]).toMatch(/^AbortError /);
    await expect.poll(() => page.workers().length).toBe(0);
  });
});
