// Files in Chromium: read by divisi, or by the browser, without holding the page up.
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { testDecoding } from "./decoding.js";
import type { Suite } from "./page.js";
import { openSite, type Site } from "./pages.js";

declare const suite: Suite;

let site: Site;
let page: Page;
beforeAll(async () => {
  site = await openSite();
  page = await site.open();
});
afterAll(() => site?.close());

testDecoding(() => page, {
  "rate48000.mp3": 48000,
  "stereo.mp3": 44100,
  "stereo.ogg": 44100,
  "stereo.opus": 48000,
  "aac.m4a": 44100,
  "rate48000.m4a": 48000,
});

test("FLAC's decoder is fetched with the first FLAC, and not before", async () => {
  const fresh = await site.open();
  const asked = () => site.server.requests.filter((path) => path.endsWith("flac-decoder.wasm"));
  const before = asked().length;
  const decode = (name: string) =>
    fresh.evaluate(async (name) => {
      const response = await fetch(`/recordings/${name}`);
      return (await suite.divisi.decode(await response.blob())).decoder;
    }, name);
  await decode("rf64.wav");
  expect(asked().length).toBe(before);
  expect(await decode("stereo.flac")).toBe("divisi");
  await decode("surround.flac");
  expect(asked().length).toBe(before + 1);
  await fresh.context().close();
});

test("without its decoder the browser reads FLAC, at the file's own rate", async () => {
  const outcome = await page.evaluate(async () => {
    const blob = await (await fetch("/recordings/rate96000.flac")).blob();
    const { decoder, sampleRate } = await suite.divisi.decode(blob, {
      wasmBase: "/gone/",
      findRate: async () => 96000,
    });
    return { decoder, sampleRate };
  });
  expect(outcome).toEqual({ decoder: "browser", sampleRate: 96000 });
});

// Other processes may take the CPU away: a task that is too long by itself is too long every time.
test("a minute of FLAC does not hold the page up", { retry: 2 }, async () => {
  const { tasks, frames } = await page.evaluate(async () => {
    const blob = await (await fetch("/recordings/minute.flac")).blob();
    const watch = suite.watchTasks();
    const { channels } = await suite.divisi.decode(blob);
    return { tasks: await watch.durations(), frames: channels[0]?.length };
  });
  expect(frames).toBe(120 * 22050);
  // What can be felt, and what Chromium calls long.
  expect(tasks.filter((duration) => duration > 50)).toEqual([]);
});

test("can be given up, and refuses what an app does not want", async () => {
  const errors = await page.evaluate(async () => {
    const blob = await (await fetch("/recordings/minute.flac")).blob();
    const { decode } = suite.divisi;
    const refuse = (format: { frameCount: number | undefined }) => {
      throw new Error(`too long: ${format.frameCount}`);
    };
    return Promise.all([
      decode(blob, { signal: AbortSignal.timeout(20) }).catch((error) => error.name),
      decode(blob, { signal: AbortSignal.abort() }).catch((error) => error.name),
      decode(blob, { onFormat: refuse }).catch((error) => error.message),
    ]);
  });
  expect(errors).toEqual(["TimeoutError", "AbortError", "too long: 2646000"]);
});
