// What StemPlayer takes and refuses, in a real AudioContext.
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Suite } from "./page.js";
import { openSiteWith, type Site } from "./pages.js";

declare const suite: Suite;

const flags = ["--autoplay-policy=no-user-gesture-required"];

describe("StemPlayer", () => {
  let site: Site;
  let page: Page;
  beforeAll(async () => {
    site = await openSiteWith({ flags });
    page = await site.open();
  });
  afterAll(() => site?.close());

  test("refuses what makes no sense, and works on", async () => {
    const messages = await page.evaluate(async () => {
      const { live, divisi } = suite;
      const said: string[] = [];
      const note = async (work: () => unknown) => {
        try {
          await work();
          said.push("no error");
        } catch (error) {
          const { name, code, message } = error as Error & { code?: string };
          said.push(`${name} ${code}: ${message}`);
        }
      };
      const context = new AudioContext({ sampleRate: 44100 });
      const model = suite.tinyModel({ chunkFrames: 128 });
      await note(() => divisi.StemPlayer.create(context, { model, maxStemBytes: -1 }));
      const player = await divisi.StemPlayer.create(context, { model, maxStemBytes: 1000 });
      const song = { sampleRate: 44100, channels: live.counterSong(44100 * 6) };
      await note(() => player.play());
      await note(() => player.load("/gone.mp3"));
      await note(() => player.load(new Blob(["this is no music"])));
      await note(() => player.load({ sampleRate: 44100, channels: [] }));
      await note(() => player.load(7 as never));
      await note(() => player.load(song, { signal: AbortSignal.abort() }));
      await note(() => player.load(song));
      player.close();
      const other = await divisi.StemPlayer.create(context, { model });
      const [first, second] = [other.load(song), other.load(song)];
      await note(() => first);
      await second;
      await note(() => {
        other.currentTime = Number.NaN;
      });
      await note(() => other.play({ at: Number.NaN }));
      await note(() => {
        other.loop = { start: 2, end: 1 };
      });
      await note(() => other.mute("drums"));
      const { duration } = other;
      other.close();
      other.close();
      await note(() => other.load(song));
      await note(() => other.pause());
      await context.close();
      return [...said, `${duration}`];
    });
    const expected = [
      /bad-option: maxStemBytes: .*-1/,
      /bad-option: no song is loaded/,
      /network: .*gone\.mp3: HTTP 404/,
      /bad-audio: .*decode/,
      /bad-audio: .*empty/,
      /bad-audio: expected an AudioBuffer/,
      /^AbortError/,
      /bad-option: maxStemBytes: expected at least \d+ .*1000/,
      /closed: another song/,
      /bad-option: currentTime.*NaN/,
      /bad-option: at: .*NaN/,
      /bad-option: loop: .*start 2, end 1/,
      /bad-option: stem: .*drums/,
      /closed: the player/,
      /closed: the player/,
      /^6$/,
    ];
    expect(messages.length).toBe(expected.length);
    messages.forEach((message, i) => {
      expect(message).toMatch(expected[i] as RegExp);
    });
    await expect.poll(() => page.workers().length).toBe(0);
  });

  test("takes files and URLs, any rate and channels", async () => {
    const outcome = await page.evaluate(async () => {
      const { live } = suite;
      const player = await live.tinyPlayer();
      const durations: number[] = [];
      const bytes = await (await fetch("/sample/song.ogg")).arrayBuffer();
      await player.load(new Blob([bytes]));
      durations.push(player.duration);
      await player.load("/sample/song.ogg");
      durations.push(player.duration);
      // An AIFF is divisi's own affair in most browsers.
      const aiff = await (await fetch("/recordings/bits24.aiff")).blob();
      await player.load(aiff);
      durations.push(player.duration);
      const { channels, sampleRate } = await suite.divisi.decode(aiff);
      durations.push((channels[0]?.length ?? 0) / sampleRate);
      // Mono at another rate is heard on both sides; a tone of 0.5.
      const tone = Float32Array.from({ length: 2 * 22050 }, (_, i) => Math.sin(i / 20) / 2);
      await player.load({ sampleRate: 22050, channels: [tone] });
      durations.push(player.duration);
      const take = await live.record(player.node);
      await player.play();
      await live.until("the end", () => player.ended);
      await live.sleep(200);
      const peaks = take().channels.map((samples) =>
        samples.reduce((most, x) => Math.max(most, Math.abs(x)), 0),
      );
      await live.endPlayer(player);
      return { durations, peaks };
    });
    expect(outcome.durations[0]).toBeGreaterThan(20);
    expect(outcome.durations[1]).toBe(outcome.durations[0]);
    expect(outcome.durations[2]).toBeCloseTo(outcome.durations[3] as number, 2);
    expect(outcome.durations[4]).toBeCloseTo(2, 3);
    for (const peak of outcome.peaks) expect(peak).toBeCloseTo(0.5, 1);
  });
});
