// divisi in WebKitGTK: the page that Chromium's tests use, with and without shared memory.
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { DrivenPage } from "../support/driven_page.js";
import type { Server } from "../support/server.js";
import { openInWebKit } from "../support/webkit.js";
import { testDecoding } from "./decoding.js";
import { testLiveClasses } from "./foreign_live.js";
import type { Suite } from "./page.js";
import { serveSite } from "./pages.js";

declare const suite: Suite;

describe.each([
  ["shared memory", true],
  ["messages", false],
])("WebKitGTK, by %s", (_, isolated) => {
  let server: Server;
  let page: DrivenPage;
  beforeAll(async () => {
    server = await serveSite(isolated);
    page = await openInWebKit(server.origin);
    // The driver may answer before the page's modules have run.
    await vi.waitUntil(() => page.evaluate(() => "suite" in globalThis), { timeout: 10_000 });
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(isolated);
  });
  afterAll(async () => {
    await page?.close();
    await server?.close();
  });

  // The same cases with the same limits as in Node and Chromium. (WebKitGTK 2.50 has no relaxed SIMD.)
  if (isolated) {
    test.each([
      "reference mode reproduces the original's stems to 60 dB",
      "the default mode's stems add up to the mix",
      "running out of memory is an error, and the next call works",
      "scores and embeddings are the original's to 1e-3",
    ])("simd: %s", async (name) => {
      expect(await page.evaluate(() => suite.divisi.supportedVariants())).toContain("simd");
      await page.evaluate((name) => suite.run(name, "simd"), name);
    });
  }

  if (isolated) {
    testDecoding(() => page, {
      "rate48000.mp3": 48000,
      "stereo.ogg": 44100,
      "stereo.opus": 48000,
    });
  }

  // At the shortest latencies WebKitGTK is late in the first seconds, as long as it has not compiled
  // the engine with all its art, and says so.
  testLiveClasses({ page: () => page, latency: 2 });
});
