/** Memory: constant in the song's length, bounded by the app, and running out of it is survived. */

import type { AudioStream, Separator } from "divisi";
import { atMost, equal, ok, rejects } from "./check.js";
import { type Case, noise, stereoNoise, withSeparator } from "./environment.js";
import { tinyModel } from "./tiny_model.js";

const mebibyte = 2 ** 20;
/** The rate that the CPU gets an hour of audio through in seconds. */
const lowRate = 8000;

export const memoryCases: Record<string, Case> = {
  "an hour takes no more memory than two minutes": async (environment) => {
    const model = tinyModel({ sampleRate: lowRate });
    const [short, long] = [await peakOf(2), await peakOf(60)];
    // The limit that the project promises for any song.
    atMost(long / short, 1.05, "peak of 60 minutes over peak of 2 minutes");

    function peakOf(minutes: number): Promise<number> {
      return withSeparator(environment, { model }, async (separator) => {
        const frames = await drain(separator, minutes);
        equal(frames, minutes * 60 * lowRate, "frames that came out");
        return (await separator.inspect()).wasmMemoryBytes;
      });
    }
  },

  "running out of memory is an error, and the next call works": async (environment) => {
    const model = tinyModel();
    const small = stereoNoise(1000);
    // Eight channels at the highest rate need several times what stereo needs.
    const channels = Array.from({ length: 8 }, (_, c) => noise(400_000, c + 1));
    const large = { sampleRate: 192_000, channels };
    const need = async (audio: typeof small) =>
      withSeparator(environment, { model, workers: 1 }, async (separator) => {
        await separator.separate(audio);
        return (await separator.inspect()).wasmMemoryBytes;
      });
    const [needSmall, needLarge] = [await need(small), await need(large)];
    ok(needLarge > needSmall + 8 * mebibyte, `${needSmall} and ${needLarge} bytes are too close`);
    // Whole mebibytes, so that the message can be foretold.
    const maxMemoryBytes = Math.floor((needSmall + needLarge) / 2 / mebibyte) * mebibyte;
    await withSeparator(environment, { model, workers: 1, maxMemoryBytes }, async (separator) => {
      const limit = `maxMemoryBytes allows ${(maxMemoryBytes / mebibyte).toFixed(0)} MiB`;
      await rejects(separator.separate(large), "out-of-memory", "MiB in use", limit);
      await separator.separate(small);
      await rejects(separator.separate(large), "out-of-memory", "MiB in use");
      await separator.separate(small);
      atMost((await separator.inspect()).wasmMemoryBytes, maxMemoryBytes, "memory in use");
    });
    await withSeparator(environment, { model, maxMemoryBytes: needLarge }, (separator) =>
      separator.separate(large),
    );
  },

  "whatever the limit, the outcome is a result or out-of-memory": async (environment) => {
    const model = await environment.fixture("spleeter-2stems.safetensors");
    const outcomes = new Set<string>();
    const limits = [8, 64, 128, 192, 256, 400];
    for (const limit of limits) {
      const maxMemoryBytes = limit * mebibyte;
      try {
        await withSeparator(environment, { model, maxMemoryBytes }, async (separator) => {
          const { stems } = await separator.separate(stereoNoise(1000), { mode: "reference" });
          equal(stems.vocals?.[0]?.length, 1000, "frames");
        });
        outcomes.add("result");
        // What worked with less works with more.
        break;
      } catch (error) {
        outcomes.add((error as { code?: string }).code ?? String(error));
      }
    }
    equal([...outcomes].sort(), ["out-of-memory", "result"], "outcomes");
  },
};

/** Streams noise through and returns the number of frames that came out. */
async function drain(separator: Separator, minutes: number): Promise<number> {
  const second = noise(lowRate);
  const audio: AudioStream = {
    sampleRate: lowRate,
    channelCount: 1,
    blocks: (function* () {
      for (let i = 0; i < minutes * 60; i++) yield [second];
    })(),
  };
  let frames = 0;
  for await (const block of separator.stream(audio)) frames += block.frameCount;
  return frames;
}
