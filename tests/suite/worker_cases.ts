/** Several workers on one song: the same result as one, and the same manners. */

import type { PlanarAudio, Progress, SeparateOptions } from "divisi";
import { atLeast, atMost, equal, ok, rejects, rejectsAsAborted, snrDb } from "./check.js";
import { type Case, type Environment, noise, stereoNoise, withSeparator } from "./environment.js";
import { tinyModel } from "./tiny_model.js";

const model = tinyModel();

/**
 * The same arithmetic on the same numbers but for a float32 rounding here and there. A level, a mask
 * or a resampler's phase that is not the whole song's leaves less than 60 dB.
 */
const sameSnrDb = 100;

export const workerCases: Record<string, Case> = {
  "several workers give what one gives": async (environment) => {
    for (const [sampleRate, channelCount, options] of [
      [44100, 2, {}],
      [48000, 1, {}],
      [22050, 2, { quality: "high" }],
      [44100, 6, { mode: "reference" }],
    ] as const) {
      const channels = Array.from({ length: channelCount }, (_, c) =>
        noise(sampleRate * 12, c + 1),
      );
      const audio = { sampleRate, channels };
      await compareWorkers(environment, { model }, audio, options, [2, 3]);
    }
  },

  "two workers give what one gives with the real model": async (environment) => {
    const samples = new Float32Array(await environment.fixture("song.f32"));
    // Sung and played music, the first half of it quiet: chunks hear different levels.
    const frameCount = 44100 * 34;
    const channels = [0, 1].map((channel) =>
      Float32Array.from({ length: frameCount }, (_, i) => {
        const sample = samples[((i % (samples.length / 2)) + (channel * samples.length) / 2) | 0];
        return (i < frameCount / 2 ? 0.1 : 1) * (sample ?? 0);
      }),
    );
    const audio = { sampleRate: 44100, channels };
    await compareWorkers(environment, { model: "spleeter-2stems" }, audio, {}, [2]);
  },

  "workers start when a song needs them": async (environment) => {
    await withSeparator(environment, { model, workers: 2 }, async (separator) => {
      equal((await separator.inspect()).workers, 1, "workers before the first song");
      await separator.separate(stereoNoise(10_000));
      equal((await separator.inspect()).workers, 1, "workers after a song of one chunk");
      await separator.separate(stereoNoise(44100 * 10));
      const { workers, wasmMemoryBytes } = await separator.inspect();
      equal(workers, 2, "workers after a song of many chunks");
      atLeast(wasmMemoryBytes, 2 * 4 * 2 ** 20, "bytes of both memories");
    });
  },

  "several workers' progress counts frames up to the last": async (environment) => {
    const seen: Progress[] = [];
    await withSeparator(environment, { model, workers: 2 }, async (separator) => {
      const audio = stereoNoise(500_000);
      await separator.separate(audio, { onProgress: (progress) => seen.push(progress) });
    });
    const done = seen.map((progress) => progress.done);
    equal(
      done,
      [...done].sort((a, b) => a - b),
      "progress only grows",
    );
    equal(seen.at(-1), { done: 500_000, total: 500_000, unit: "frames" }, "last report");
  },

  "abort ends all workers' parts at once": async (environment) => {
    await withSeparator(environment, { model, workers: 3 }, async (separator) => {
      const controller = new AbortController();
      let aborted = 0;
      const call = separator.separate(stereoNoise(44100 * 60), {
        signal: controller.signal,
        onProgress: () => {
          aborted ||= performance.now();
          controller.abort();
        },
      });
      await rejectsAsAborted(call);
      atMost(performance.now() - aborted, 200, "milliseconds from abort to rejection");
      const next = await separator.separate(stereoNoise(44100 * 10));
      equal(next.stems.vocals?.[0]?.length, 441_000, "frames of the next call");
    });
  },

  "what is wrong in one part is the whole song's error": async (environment) => {
    await withSeparator(environment, { model, workers: 2 }, async (separator) => {
      for (const frame of [100_000, 700_000]) {
        const audio = stereoNoise(800_000);
        audio.channels[1]?.fill(Number.NaN, frame, frame + 1);
        const failing = separator.separate(audio);
        await rejects(failing, "bad-audio", `NaN in channel 1, frame ${frame}`);
      }
      const { stems } = await separator.separate(stereoNoise(500_000));
      equal(stems.vocals?.[0]?.length, 500_000, "frames of the next call");
      await rejects(separator.separate({ sampleRate: 44100, channels: [] }), "bad-audio");
      await rejects(separator.separate(stereoNoise(0)), "bad-audio", "at least 1 frame, got 0");
      await rejects(separator.separate(stereoNoise(5000, 100)), "bad-audio", "8000 to 192000");
    });
  },

  "a worker that has no room rejects, and the next call works": async (environment) => {
    // One chunk of stereo fits, eight channels do not.
    await withSeparator(environment, { model, workers: 2, maxMemoryBytes: 2 ** 25 }, async (it) => {
      const channels = Array.from({ length: 8 }, (_, c) => noise(3_000_000, c + 1));
      await rejects(it.separate({ sampleRate: 192_000, channels }), "out-of-memory");
      const { stems } = await it.separate(stereoNoise(500_000));
      equal(stems.vocals?.[0]?.length, 500_000, "frames of the next call");
    });
  },

  "several songs at once share the workers": async (environment) => {
    await withSeparator(environment, { model, workers: 2 }, async (separator) => {
      const lengths = [700_000, 1000, 400_000];
      const results = await Promise.all(
        lengths.map((frames) => separator.separate(stereoNoise(frames))),
      );
      equal(
        results.map(({ stems }) => stems.vocals?.[0]?.length),
        lengths,
        "lengths",
      );
    });
  },

  "close ends several workers": async (environment) => {
    const { divisi, variant } = environment;
    const separator = await divisi.Separator.create({ model, variant, workers: 2 });
    const closed = rejects(separator.separate(stereoNoise(44100 * 60)), "closed");
    await new Promise((resolve) => setTimeout(resolve, 50));
    separator.close();
    await closed;
    await rejects(separator.separate(stereoNoise(1000)), "closed", "separator was closed");
  },

  "numbers of workers that make no sense are refused": async ({ divisi, variant }) => {
    for (const workers of [0, -1, 1.5, 17, Number.NaN, "2"]) {
      const creating = divisi.Separator.create({ model, variant, workers: workers as number });
      await rejects(creating, "bad-option", "workers: expected a whole number from 1 to 16");
    }
  },
};

async function compareWorkers(
  environment: Environment,
  from: { model: Uint8Array<ArrayBuffer> | string },
  audio: PlanarAudio,
  options: SeparateOptions,
  counts: readonly number[],
): Promise<void> {
  const [one, ...others] = await Promise.all(
    [1, ...counts].map((workers) =>
      withSeparator(environment, { ...from, workers }, async (separator) => {
        const { stems } = await separator.separate(audio, options);
        equal((await separator.inspect()).workers, workers, "workers that ran");
        return stems;
      }),
    ),
  );
  const what = `${audio.channels.length} channels at ${audio.sampleRate}`;
  others.forEach((stems, i) => {
    equal(Object.keys(stems), Object.keys(one ?? {}), what);
    for (const [name, want] of Object.entries(one ?? {})) {
      want.forEach((samples, c) => {
        const got = stems[name]?.[c];
        ok(got, `${what}: ${name} lacks channel ${c}`);
        atLeast(snrDb(samples, got), sameSnrDb, `${what}, ${counts[i]} workers, ${name}: dB`);
      });
    }
  });
}
