// divisi in Firefox: the page that Chromium's tests use, with and without shared memory.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { DrivenPage } from "../support/driven_page.js";
import { openInFirefox } from "../support/firefox.js";
import type { Server } from "../support/server.js";
import { testDecoding } from "./decoding.js";
import { testLiveClasses } from "./foreign_live.js";
import type { Suite } from "./page.js";
import { serveSite } from "./pages.js";

declare const suite: Suite;

describe.each([
  ["shared memory", true],
  ["messages", false],
])("Firefox, by %s", (_, isolated) => {
  let server: Server;
  let page: DrivenPage;
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

  if (isolated) {
    testDecoding(() => page, {
      "rate48000.mp3": 48000,
      "stereo.ogg": 44100,
      "stereo.opus": 48000,
    });
  }

  testLiveClasses({ page: () => page, latency: 0.5 });
});
