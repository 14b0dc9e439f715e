// divisi in WebKitGTK: some of the cases that run in Chromium, Firefox and Node, with their limits.
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Server } from "../support/server.js";
import { openInWebKit, type WebKitPage } from "../support/webkit.js";
import type { Suite } from "./page.js";
import { serveSite } from "./pages.js";

declare const suite: Suite;

const rate = 44100;

let server: Server;
let page: WebKitPage;
beforeAll(async () => {
  server = await serveSite(false);
  page = await openInWebKit(server.origin);
  while (!(await page.evaluate(() => "suite" in globalThis))) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
});
afterAll(async () => {
  await page?.close();
  await server?.close();
});

test.each([
  "reference mode reproduces the original's stems to 60 dB",
  "the default mode's stems add up to the mix",
])("simd: %s", async (name) => {
  expect(await page.evaluate(() => suite.divisi.supportedVariants())).toContain("simd");
  await page.evaluate((name) => suite.run(name, "simd"), name);
});

test("StemPlayer plays every frame once, and seeks", async () => {
  const outcome = await page.evaluate(async () => {
    const { live } = suite;
    const player = await live.tinyPlayer();
    const context = player.node.context as AudioContext;
    await context.resume();
    const take = await live.record(player.node);
    await player.load({ sampleRate: 44100, channels: live.counterSong(3 * 44100) });
    await player.play();
    await live.until("the end", () => player.ended);
    player.currentTime = 2;
    await player.play();
    await live.until("the second end", () => player.ended);
    await live.sleep(200);
    const runs = live.countedRuns(take());
    await live.endPlayer(player);
    return { runs: runs.map(({ song, length }) => [song, length]), underruns: player.underruns };
  });
  expect(outcome.underruns).toBe(0);
  const [first, second, ...more] = outcome.runs;
  expect(first).toEqual([0, 3 * rate]);
  expect((second?.[0] ?? 0) + (second?.[1] ?? 0)).toBe(3 * rate);
  // A fade of 256 frames, and the render quanta in which it begins and ends.
  expect(second?.[0]).toBeGreaterThanOrEqual(2 * rate);
  expect(second?.[0]).toBeLessThan(2 * rate + 512);
  expect(more).toEqual([]);
});
