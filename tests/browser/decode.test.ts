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

test("what only the browser decodes is separated and measured all the same", async () => {
  const outcome = await page.evaluate(async () => {
    const blob = await (await fetch("/recordings/rate48000.mp3")).blob();
    const file = new File([blob], "song.mp3");
    const { decode, Meter, Separator } = suite.divisi;
    const { channels, sampleRate } = await decode(file);
    const separator = await Separator.create({ model: suite.tinyModel() });
    const { sampleRate: rate, stems } = await separator.separate(file);
    let frames = 0;
    for await (const { frameCount } of separator.stream(file)) frames += frameCount;
    separator.close();
    const meter = await Meter.create();
    const [ofFile, ofAudio] = [
      await meter.measure(file),
      await meter.measure({ sampleRate, channels }),
    ];
    meter.close();
    return {
      rates: [sampleRate, rate],
      frames: [channels[0]?.length, stems.vocals?.[0]?.length, frames],
      loudness: [ofFile.integrated, ofAudio.integrated],
    };
  });
  const [frames] = outcome.frames;
  expect(outcome.rates).toEqual([48000, 48000]);
  expect(frames).toBeGreaterThan(1000);
  expect(outcome.frames).toEqual([frames, frames, frames]);
  expect(outcome.loudness[0]).toBe(outcome.loudness[1]);
});

test("a stem is made an AudioBuffer, or told why not", async () => {
  const outcome = await page.evaluate(() => {
    const { toAudioBuffer } = suite.divisi;
    const channels = [Float32Array.of(0, 0.5, -0.5), Float32Array.of(1, 0, 0)];
    const buffer = toAudioBuffer({ sampleRate: 48000, channels });
    const message = (make: () => unknown) => {
      try {
        return String(make());
      } catch (error) {
        return `${(error as { code?: string }).code}: ${(error as Error).message}`;
      }
    };
    return {
      shape: [buffer.sampleRate, buffer.length, buffer.numberOfChannels],
      samples: [...buffer.getChannelData(1)],
      messages: [
        message(() => toAudioBuffer({ sampleRate: 48000, channels: [] })),
        message(() => toAudioBuffer({ sampleRate: 7, channels })),
        message(() => toAudioBuffer("song" as never)),
      ],
    };
  });
  expect(outcome.shape).toEqual([48000, 3, 2]);
  expect(outcome.samples).toEqual([1, 0, 0]);
  expect(outcome.messages[0]).toMatch(/^bad-audio: .*empty/);
  expect(outcome.messages[1]).toMatch(/^unsupported: an AudioBuffer of 2 channels .* at 7 Hz/);
  expect(outcome.messages[2]).toMatch(/^bad-audio: expected an AudioBuffer/);
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
