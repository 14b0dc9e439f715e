/** The behaviour of the API, on a model that costs next to nothing. */

import type { PlanarAudio, Progress, StemBlock } from "divisi";
import { atLeast, atMost, equal, ok, rejects, rejectsAsAborted, snrDb } from "./check.js";
import { type Case, noise, stereoNoise, withSeparator } from "./environment.js";
import { tinyModel, tinyParts } from "./tiny_model.js";

const model = tinyModel();

const after = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

export const apiCases: Record<string, Case> = {
  "what comes out has the rate, channels and length of what went in": async (environment) => {
    await withSeparator(environment, { model }, async (separator) => {
      for (const [sampleRate, channelCount, frameCount] of [
        [44100, 2, 100_000],
        [48000, 1, 70_001],
        [22050, 2, 30_000],
        [8000, 1, 8001],
        [96000, 6, 100_003],
        [44100, 2, 1],
      ] as const) {
        const channels = Array.from({ length: channelCount }, (_, c) => noise(frameCount, c + 1));
        const result = await separator.separate({ sampleRate, channels });
        const what = `${channelCount} channels at ${sampleRate}`;
        equal(result.sampleRate, sampleRate, what);
        equal(Object.keys(result.stems), ["vocals", "accompaniment"], what);
        for (const stem of Object.values(result.stems)) {
          equal(
            stem.map(({ length }) => length),
            channels.map(() => frameCount),
            what,
          );
        }
      }
    });
  },

  "stems are what the model's masks make of the mix": async (environment) => {
    const audio = stereoNoise(150_000);
    await withSeparator(environment, { model }, async (separator) => {
      for (const mode of ["best", "reference"] as const) {
        const { stems } = await separator.separate(lowPassed(audio), { mode });
        lowPassed(audio).channels.forEach((mix, c) => {
          const want = mix.map((sample) => sample * tinyParts[mode].vocals);
          // The masks' epsilon and float32: 60 dB leaves room for both.
          atLeast(snrDb(want, stems.vocals?.[c] ?? new Float32Array()), 60, `${mode}: SNR in dB`);
        });
      }
    });
  },

  "one stem alone is the same as among all": async (environment) => {
    const audio = stereoNoise(100_000);
    await withSeparator(environment, { model }, async (separator) => {
      const all = await separator.separate(audio);
      const one = await separator.separate(audio, { stems: ["accompaniment"] });
      equal(Object.keys(one.stems), ["accompaniment"], "stems");
      const got = one.stems.accompaniment?.[0] ?? new Float32Array();
      atLeast(snrDb(all.stems.accompaniment?.[0] ?? new Float32Array(), got), 100, "SNR in dB");
    });
  },

  "stream yields from the first chunk on, without gaps, what separate returns": async (
    environment,
  ) => {
    const audio = stereoNoise(400_000);
    await withSeparator(environment, { model }, async (separator) => {
      const whole = await separator.separate(audio);
      let given = 0;
      let givenAtFirst = 0;
      const blocks = function* () {
        for (; given < 400_000; given += 10_000) {
          yield audio.channels.map((samples) => samples.subarray(given, given + 10_000));
        }
      };
      let expectedStart = 0;
      for await (const block of separator.stream({
        sampleRate: 44100,
        channelCount: 2,
        blocks: blocks(),
      })) {
        givenAtFirst ||= given;
        equal(block.startFrame, expectedStart, "startFrame");
        const want = whole.stems.vocals?.[1]?.subarray(
          block.startFrame,
          block.startFrame + block.frameCount,
        );
        equal(snrDb(want ?? new Float32Array(), channelOf(block)), Infinity, "SNR to separate()");
        expectedStart += block.frameCount;
      }
      equal(expectedStart, 400_000, "frames in all");
      // One chunk of 64 frames of 1024 samples, overlap and look-ahead included twice over.
      atMost(givenAtFirst, 4 * 64 * 1024, "frames given before the first block came");
    });
  },

  "stream reads no further than its consumer": async (environment) => {
    const sampleRate = 44100;
    let given = 0;
    let released = false;
    const blocks = async function* () {
      try {
        for (;;) {
          given += 8192;
          yield [noise(8192), noise(8192)];
        }
      } finally {
        released = true;
      }
    };
    await withSeparator(environment, { model }, async (separator) => {
      const stream = separator.stream({ sampleRate, channelCount: 2, blocks: blocks() });
      const first = await stream.next();
      ok(!first.done, "expected a block");
      await after(300);
      // One block in hand, one computed ahead: each needs at most a few chunks of input.
      atMost(given, 8 * 64 * 1024, "frames read for two blocks");
      await stream.return();
      // The endless stream has ended: the next one gets its turn.
      await separator.separate(stereoNoise(1000));
      ok(released, "expected the source to be told that nobody reads it any more");
    });
  },

  "an error of the source comes out as it is": async (environment) => {
    const failure = new Error("the tape tore");
    const blocks = (function* () {
      yield [noise(1000)];
      throw failure;
    })();
    await withSeparator(environment, { model }, async (separator) => {
      const stream = separator.stream({ sampleRate: 44100, channelCount: 1, blocks });
      const caught = await stream.next().catch((error: unknown) => error);
      ok(caught === failure, `expected the source's own error, got ${String(caught)}`);
      await separator.separate(stereoNoise(1000));
    });
  },

  "progress counts frames up to the last": async (environment) => {
    const seen: Progress[] = [];
    await withSeparator(environment, { model }, async (separator) => {
      const audio = stereoNoise(200_000);
      await separator.separate(audio, { onProgress: (progress) => seen.push(progress) });
    });
    const done = seen.map((progress) => progress.done);
    equal(
      done,
      [...done].sort((a, b) => a - b),
      "progress only grows",
    );
    equal(seen.at(-1), { done: 200_000, total: 200_000, unit: "frames" }, "last report");
    atLeast(seen.length, 2, "reports");
  },

  "the caller's arrays stay whole": async (environment) => {
    const audio = stereoNoise(50_000);
    const before = audio.channels.map((samples) => samples.slice());
    const bytes = tinyModel();
    await withSeparator(environment, { model: bytes }, async (separator) => {
      await separator.separate(audio);
      audio.channels.forEach((samples, c) => {
        equal(snrDb(before[c] ?? samples, samples), Infinity, "SNR of the input to itself");
      });
      equal(bytes.length, model.length, "length of the model's bytes");
    });
  },

  "abort rejects at once, and the next call works": async (environment) => {
    const long = stereoNoise(44100 * 60);
    await withSeparator(environment, { model }, async (separator) => {
      const controller = new AbortController();
      let aborted = 0;
      const call = separator.separate(long, {
        signal: controller.signal,
        onProgress: () => {
          aborted ||= performance.now();
          controller.abort();
        },
      });
      await rejectsAsAborted(call);
      atMost(performance.now() - aborted, 100, "milliseconds from abort to rejection");
      const already = separator.separate(long, { signal: AbortSignal.abort() });
      await rejectsAsAborted(already);
      const next = await separator.separate(stereoNoise(1000));
      equal(next.stems.vocals?.[0]?.length, 1000, "frames of the next call");
    });
  },

  "an abandoned stream gives way when its signal is aborted": async (environment) => {
    await withSeparator(environment, { model }, async (separator) => {
      const controller = new AbortController();
      const stream = separator.stream(stereoNoise(500_000), { signal: controller.signal });
      await stream.next();
      controller.abort();
      await separator.separate(stereoNoise(1000));
      await rejectsAsAborted(stream.next());
    });
  },

  "several calls at once take turns": async (environment) => {
    await withSeparator(environment, { model }, async (separator) => {
      const lengths = [70_000, 1000, 150_000];
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

  "two separators at once": async (environment) => {
    const halves = tinyModel({ gains: { vocals: 0.5, accompaniment: 0.5 } });
    await withSeparator(environment, { model }, (first) =>
      withSeparator(environment, { model: halves }, async (second) => {
        const audio = lowPassed(stereoNoise(200_000));
        const results = await Promise.all([first.separate(audio), second.separate(audio)]);
        [tinyParts.best.vocals, 0.5].forEach((part, i) => {
          const want = (audio.channels[0] ?? noise(0)).map((sample) => sample * part);
          const got = results[i]?.stems.vocals?.[0] ?? new Float32Array();
          atLeast(snrDb(want, got), 60, `separator ${i}: SNR in dB`);
        });
      }),
    );
  },

  "close ends what is under way, and later calls": async (environment) => {
    const { divisi, variant } = environment;
    const separator = await divisi.Separator.create({ model, variant });
    const call = separator.separate(stereoNoise(44100 * 60));
    const closed = rejects(call, "closed");
    await after(50);
    separator.close();
    await closed;
    await rejects(separator.separate(stereoNoise(1000)), "closed", "separator was closed");
    await rejects(separator.stream(stereoNoise(1000)).next(), "closed", "separator was closed");
    await rejects(separator.inspect(), "closed");
    separator.close();
  },

  "create can be aborted": async ({ divisi, variant }) => {
    const controller = new AbortController();
    const creating = divisi.Separator.create({ model, variant, signal: controller.signal });
    controller.abort();
    await rejectsAsAborted(creating);
  },
};

function channelOf(block: StemBlock): Float32Array {
  return block.stems.vocals?.[1] ?? new Float32Array();
}

/**
 * Keeps what lies below the tiny model's band (11 kHz), where its masks are exact in every mode: a
 * boxcar of 8 samples, twice, leaves -70 dB above.
 */
function lowPassed({ sampleRate, channels }: PlanarAudio): PlanarAudio {
  const smooth = (samples: Float32Array) => {
    const out = new Float32Array(samples.length);
    for (let i = 0; i < out.length; i++) {
      for (let k = 0; k < 8; k++) out[i] = (out[i] ?? 0) + (samples[i - k] ?? 0) / 8;
    }
    return out;
  };
  const times = (samples: Float32Array, n: number): Float32Array =>
    n === 0 ? samples : times(smooth(samples), n - 1);
  return { sampleRate, channels: channels.map((samples) => times(samples, 6)) };
}
