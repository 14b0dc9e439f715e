// The live classes' part of tests/node/options.test.ts: wrong calls where there is Web Audio.
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Suite } from "./page.js";
import { openSiteWith, type Site } from "./pages.js";

declare const suite: Suite;

let site: Site;
beforeAll(async () => {
  site = await openSiteWith({ flags: ["--autoplay-policy=no-user-gesture-required"] });
});
afterAll(() => site?.close());

test("what is missing or wrong in a call of a live class is told by its name", async () => {
  const page = await site.open();
  const outcome = await page.evaluate(async () => {
    const { divisi, live, runWrong, tinyModel, wrongCalls } = suite;
    const player = await live.tinyPlayer();
    const { context } = player.node;
    await player.load({ sampleRate: 44100, channels: live.counterSong(44100) });
    const options = { model: tinyModel({ chunkFrames: 512 }), latency: 0.5 } as const;
    const separator = await divisi.LiveSeparator.create(context, options);
    const analyser = await divisi.LiveAnalyser.create(context, { modelBase: "/models/" });
    const transcriber = await divisi.LiveTranscriber.create(context, { modelBase: "/models/" });
    const made = { player, separator, analyser, transcriber };
    const complaints = await runWrong(wrongCalls.wrongLive(divisi, context, made));
    const functions = await runWrong(wrongCalls.wrongFunctions(divisi));
    // It works on.
    await player.load({ sampleRate: 44100, channels: live.counterSong(44100) });
    const { duration } = player;
    for (const each of [separator, analyser, transcriber]) each.close();
    await live.endPlayer(player);
    return { complaints: [...complaints, ...functions], duration };
  });
  expect(outcome).toEqual({ complaints: [], duration: 1 });
  await expect.poll(() => page.workers().length).toBe(0);
});
