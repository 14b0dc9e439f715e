// StemPlayer and its model, which comes later than the song or never.
import type { Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { tinyModel } from "../suite/tiny_model.js";
import type { Suite } from "./page.js";
import { openSiteWith, type Site } from "./pages.js";

declare const suite: Suite;

const rate = 44100;
const model = Buffer.from(tinyModel({ chunkFrames: 128 }));

let site: Site;
let page: Page;
/** Lets the model come, or sends something else. */
let answer: (status: number) => void;

beforeAll(async () => {
  site = await openSiteWith({ flags: ["--autoplay-policy=no-user-gesture-required"] });
});
afterAll(() => site?.close());

beforeEach(async () => {
  page = await site.open();
  const status = new Promise<number>((resolve) => {
    answer = resolve;
  });
  await page.context().route("**/late.safetensors", async (route) => {
    await route.fulfill({ status: await status, body: model });
  });
  return () => page.context().close();
});

describe("a player whose model is on its way", () => {
  test("plays the song as the mix, and crosses over to stems when it has come", async () => {
    await page.evaluate(async () => {
      const { live, divisi } = suite;
      const context = new AudioContext({ sampleRate: 44100 });
      const player = await divisi.StemPlayer.create(context, {
        model: "/late.safetensors",
        stems: ["vocals", "accompaniment"],
      });
      player.node.connect(context.destination);
      const take = await live.record(player.node);
      await player.load({ sampleRate: 44100, channels: live.counterSong(6 * 44100) });
      await player.play();
      await live.until("the mix", () => player.currentTime > 0.5);
      Object.assign(globalThis, { player, take });
    });
    const before = await page.evaluate(() => {
      const { player } = globalThis as unknown as Playing;
      return { ready: player.ready, stems: player.stems, speed: player.computingSpeed };
    });
    expect(before).toEqual({ ready: [], stems: ["vocals", "accompaniment"], speed: 0 });
    answer(200);
    const after = await page.evaluate(async () => {
      const { live } = suite;
      const { player, take } = globalThis as unknown as Playing;
      await player.modelLoaded;
      await live.until("the end", () => player.ended);
      const { ready, underruns } = player;
      await live.sleep(200);
      const runs = live.countedRuns(take()).map(({ song, length }) => [song, length]);
      await live.endPlayer(player);
      return { ready, underruns, runs };
    });
    expect(after.ready).toEqual([{ start: 0, end: 6 }]);
    expect(after.underruns).toBe(0);
    // Every frame once, in order: stems that add up to the song have taken its place.
    expect(after.runs).toEqual([[0, 6 * rate]]);
  });

  test("plays stems that the app has without it, and keeps them when it has come", async () => {
    await page.evaluate(async () => {
      const { live, divisi } = suite;
      const context = new AudioContext({ sampleRate: 44100 });
      const player = await divisi.StemPlayer.create(context, {
        model: "/late.safetensors",
        stems: ["vocals", "accompaniment"],
      });
      player.node.connect(context.destination);
      const song = live.counterSong(20 * 44100);
      const parts = { vocals: 0.25, accompaniment: 0.75 };
      const store = {
        // The first 12 s, of which ten are read at once.
        has: (_begin: number, end: number) => end <= 12 * 44100,
        read: async (begin: number, end: number) => ({
          startFrame: begin,
          frameCount: end - begin,
          stems: Object.fromEntries(
            Object.entries(parts).map(([name, part]) => [
              name,
              song.map((samples) => samples.slice(begin, end).map((sample) => sample * part)),
            ]),
          ),
        }),
      };
      await player.load({ sampleRate: 44100, channels: song }, { stems: store });
      await live.until("what the app has", () => player.ready[0]?.end === 10);
      player.currentTime = 1;
      const take = await live.record(player.node);
      await player.play();
      await live.until("being on the way", () => player.currentTime > 1.5);
      Object.assign(globalThis, { player, take });
    });
    answer(200);
    const outcome = await page.evaluate(async () => {
      const { live } = suite;
      const { player, take } = globalThis as unknown as Playing;
      await live.until("all stems", () => player.ready[0]?.end === 20);
      await live.sleep(500);
      player.pause();
      await live.sleep(200);
      const runs = live.countedRuns(take());
      // Solo is heard as the app has it, not as the model would make it (27 of 28 parts).
      const alone: number[] = [];
      for await (const block of player.stemBlocks()) {
        if (block.startFrame === 0) alone.push(...(block.stems.vocals?.[0]?.slice(0, 2) ?? []));
      }
      const first = live.counterSong(2)[0] ?? new Float32Array();
      await live.endPlayer(player);
      return { runs: runs.length, alone, want: [...first].map((sample) => sample / 4) };
    });
    expect(outcome.runs).toBe(1);
    expect(outcome.alone).toEqual(outcome.want);
  });

  test("that never comes is told, and the mix plays on", async () => {
    answer(404);
    const outcome = await page.evaluate(async () => {
      const { live, divisi } = suite;
      const context = new AudioContext({ sampleRate: 44100 });
      const player = await divisi.StemPlayer.create(context, {
        model: "spleeter-2stems",
        modelBase: "/gone/",
      });
      const errors: string[] = [];
      player.addEventListener("error", ({ detail }) => errors.push(detail.code));
      player.node.connect(context.destination);
      const code = await player.modelLoaded.then(
        () => "none",
        (error) => error.code,
      );
      await live.until("the event", () => errors.length > 0);
      const take = await live.record(player.node);
      await player.load({ sampleRate: 44100, channels: live.counterSong(2 * 44100) });
      await player.play();
      await live.until("the end", () => player.ended);
      await live.sleep(200);
      const runs = live.countedRuns(take()).map(({ song, length }) => [song, length]);
      const { ready, stems } = player;
      await live.endPlayer(player);
      return { code, errors, runs, ready, stems };
    });
    expect(outcome).toEqual({
      code: "model-not-found",
      // Once for the player, and once for the song.
      errors: ["model-not-found", "model-not-found"],
      runs: [[0, 2 * rate]],
      ready: [],
      stems: ["vocals", "accompaniment"],
    });
  });

  test("with other stems than were said is refused when it has come", async () => {
    answer(200);
    const message = await page.evaluate(async () => {
      const { divisi } = suite;
      const context = new AudioContext({ sampleRate: 44100 });
      const player = await divisi.StemPlayer.create(context, {
        model: "/late.safetensors",
        stems: ["drums", "bass"],
      });
      const message = await player.modelLoaded.catch(({ code, message }) => `${code}: ${message}`);
      player.close();
      await context.close();
      return message;
    });
    expect(message).toBe(
      "bad-option: stems: expected those of the model, vocals, accompaniment, got drums, bass",
    );
    await expect.poll(() => page.workers().length).toBe(0);
  });

  test("is given up with the player", async () => {
    await page.evaluate(async () => {
      const { divisi } = suite;
      const context = new AudioContext({ sampleRate: 44100 });
      const options = { model: "/late.safetensors", stems: ["vocals", "accompaniment"] };
      const player = await divisi.StemPlayer.create(context, options);
      player.addEventListener("error", () => Object.assign(globalThis, { told: true }));
      player.close();
      await context.close();
    });
    answer(200);
    await expect.poll(() => page.workers().length).toBe(0);
    expect(await page.evaluate(() => "told" in globalThis)).toBe(false);
  });
});

interface Playing {
  readonly player: import("divisi").StemPlayer;
  readonly take: () => import("./live_page.js").Recording;
}
