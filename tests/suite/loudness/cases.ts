/** The Meter: what the EBU's signals and music measure, streams, silence, turns, cancellation. */

import type { AudioStream, LoudnessSummary, Meter, MeterOptions, Progress } from "divisi";
import { atMost, equal, ok, rejects, rejectsAsAborted } from "../check.js";
import { type Case, collect, type Environment, stereoNoise } from "../environment.js";

const rate = 48000;

/** EBU Tech 3341: what a meter may be off, LU. */
const loudnessLimit = 0.1;

type Tone = readonly [seconds: number, dBFS: number];

/** Stereo sines of 1000 Hz one after another, as in tests/core/loudness/ebu_signals.h. */
function tones(...segments: Tone[]): AudioStream {
  return {
    sampleRate: rate,
    channelCount: 2,
    blocks: (function* () {
      for (const [seconds, level] of segments) {
        // A second's worth of whole periods: the sine runs on from block to block.
        for (let left = Math.round(seconds * rate); left > 0; left -= rate) {
          const amplitude = 10 ** (level / 20);
          const sine = Float32Array.from(
            { length: Math.min(left, rate) },
            (_, i) => amplitude * Math.sin((2 * Math.PI * 1000 * i) / rate),
          );
          yield [sine, sine];
        }
      }
    })(),
  };
}

async function withMeter<T>(
  { divisi, variant }: Environment,
  work: (meter: Meter) => Promise<T>,
  options: MeterOptions = {},
): Promise<T> {
  const meter = await divisi.Meter.create({ variant, ...options });
  try {
    return await work(meter);
  } finally {
    meter.close();
  }
}

function near(actual: number, expected: number, limit: number, what: string): void {
  atMost(Math.abs(actual - expected), limit, `${what}: ${actual}, from ${expected}`);
}

export const loudnessCases: Record<string, Case> = {
  "loudness and range of the EBU's signals": (environment) =>
    withMeter(environment, async (meter) => {
      // biome-ignore format: a case a line
      const cases: [string, Tone[], number, number][] = [
        ["Tech 3341, case 1", [[20, -23]], -23, 0],
        ["Tech 3341, case 3", [[10, -36], [60, -23], [10, -36]], -23, 13],
        ["Tech 3341, case 5", [[20, -26], [20.1, -20], [20, -26]], -23, 6],
        ["Tech 3342, case 1", [[20, -20], [20, -30]], -22.6, 10],
      ];
      for (const [what, segments, integrated, range] of cases) {
        const got = await meter.measure(tones(...segments));
        near(got.integrated, integrated, loudnessLimit, `${what}, integrated`);
        near(got.range, range, loudnessLimit, `${what}, range`);
        const loudest = Math.max(...segments.map(([, level]) => level));
        near(got.maxMomentary, loudest, loudnessLimit, `${what}, momentary`);
        near(got.maxShortTerm, loudest, loudnessLimit, `${what}, short-term`);
        near(got.samplePeak, loudest, 0.01, `${what}, sample peak`);
      }
    }),

  "true peaks lie between samples": (environment) =>
    withMeter(environment, async (meter) => {
      // Tech 3341, case 19: a quarter of the rate at 45 degrees.
      const sine = Float32Array.from({ length: rate }, (_, i) => {
        const fade = Math.min(1, i / 480, (rate - 1 - i) / 480);
        return fade * 1.41 * Math.sin((Math.PI / 2) * (i + 0.5));
      });
      const { truePeak, samplePeak } = await meter.measure({ sampleRate: rate, channels: [sine] });
      ok(truePeak > 2.6 && truePeak < 3.2, `expected 3.0 +0.2/-0.4 dBTP, got ${truePeak}`);
      near(samplePeak, 0, 0.05, "sample peak");
    }),

  "music measures as ffmpeg says": async (environment) => {
    const json = new TextDecoder().decode(await environment.fixture("loudness/song.json"));
    const { ffmpeg: want } = JSON.parse(json) as { ffmpeg: LoudnessSummary };
    const all = new Float32Array(await environment.fixture("song.f32"));
    const channels = [all.slice(0, all.length / 2), all.slice(all.length / 2)];
    await withMeter(environment, async (meter) => {
      const got = await meter.measure({ sampleRate: 44100, channels });
      // The limits of tests/golden/README.md.
      near(got.integrated, want.integrated, loudnessLimit, "integrated");
      near(got.range, want.range, 1, "range");
      near(got.maxShortTerm, want.maxShortTerm, loudnessLimit, "short-term");
      near(got.maxMomentary, want.maxMomentary + 0.15, 0.16, "momentary");
      near(got.truePeak, want.truePeak, 0.1, "true peak");
      near(got.samplePeak, want.samplePeak, 0.01, "sample peak");
      equal(got.curve.momentary.length, Math.floor(channels[0].length / 4410), "rows");
      const most = (column: Float32Array) => column.reduce((a, b) => Math.max(a, b));
      near(most(got.curve.momentary), got.maxMomentary, 0.5, "highest of the curve, momentary");
      near(most(got.curve.shortTerm), got.maxShortTerm, 0.1, "highest of the curve, short-term");
      equal(most(got.curve.truePeak), got.truePeak, "highest of the curve, true peak");
    });
  },

  "rows come in a stream, as in the curve": (environment) =>
    withMeter(environment, async (meter) => {
      const audio = stereoNoise(44100 * 3 + 100);
      const { curve } = await meter.measure(audio);
      const rows = await collect(meter.stream(audio));
      equal(curve.hopSeconds, 0.1, "hopSeconds");
      equal(
        rows.map(({ startSeconds }) => startSeconds.toFixed(6)),
        Array.from({ length: 30 }, (_, i) => (i / 10).toFixed(6)),
        "startSeconds",
      );
      for (const name of ["momentary", "shortTerm", "truePeak"] as const) {
        equal(
          rows.map((row) => row[name]),
          [...curve[name]],
          name,
        );
      }
      // Before the first frame is silence, so short-term loudness rises for 3 s.
      ok((curve.shortTerm[0] ?? 0) < (curve.shortTerm[29] ?? 0) - 10, "a rise over 3 s");
    }),

  "silence is -Infinity, and null in JSON": (environment) =>
    withMeter(environment, async (meter) => {
      const silence = { sampleRate: 8000, channels: [new Float32Array(8000)] };
      const { curve, range, ...loudness } = await meter.measure(silence);
      equal(range, 0, "range");
      for (const [name, value] of Object.entries(loudness)) {
        ok(value === Number.NEGATIVE_INFINITY, `${name}: expected -Infinity, got ${value}`);
      }
      ok(curve.momentary.length === 10, "expected 10 rows");
      ok(
        curve.truePeak.every((value) => value === Number.NEGATIVE_INFINITY),
        "expected a silent curve",
      );
      equal(JSON.parse(JSON.stringify(loudness)).integrated, null, "integrated in JSON");
    }),

  "surround channels count more, and LFE not at all": (environment) =>
    withMeter(environment, async (meter) => {
      const sine = Float32Array.from({ length: rate }, (_, i) => Math.sin((i * Math.PI) / 24) / 10);
      const loudness: number[] = [];
      for (let sounding = 0; sounding < 6; sounding++) {
        const channels = Array.from({ length: 6 }, (_, c) =>
          c === sounding ? sine : new Float32Array(rate),
        );
        loudness.push((await meter.measure({ sampleRate: rate, channels })).maxMomentary);
      }
      const [left = 0, right, centre, lfe, sideLeft = 0, sideRight] = loudness;
      near(left, -23, 0.02, "left");
      equal([right, centre, sideRight], [left, left, sideLeft], "right, centre, side right");
      near(sideLeft - left, 1.49, 0.01, "side less front");
      ok(lfe === Number.NEGATIVE_INFINITY, `LFE: expected -Infinity, got ${lfe}`);
    }),

  "measuring counts the frames up to the last": (environment) =>
    withMeter(environment, async (meter) => {
      const seen: Progress[] = [];
      const onProgress = (progress: Progress) => seen.push(progress);
      await meter.measure(stereoNoise(200_000), { onProgress });
      equal(seen.at(-1), { done: 200_000, total: 200_000, unit: "frames" }, "last report");
      ok(seen.length > 1, "expected more than one report");
    }),

  "what cannot be measured is named, and the next call works": (environment) =>
    withMeter(environment, async (meter) => {
      const good = stereoNoise(44100);
      const want = await meter.measure(good);
      const channels = good.channels.map((samples) => samples.slice());
      if (channels[1]) channels[1][1234] = Number.NaN;
      await rejects(
        meter.measure({ sampleRate: 44100, channels }),
        "bad-audio",
        "NaN in channel 1, frame 1234",
      );
      await rejects(
        meter.measure({ sampleRate: 7999, channels: good.channels }),
        "bad-audio",
        "7999",
      );
      await rejects(meter.measure({ sampleRate: 44100, channels: [] }), "bad-audio");
      await rejects(
        meter.measure({ sampleRate: 44100, channels: [new Float32Array()] }),
        "bad-audio",
        "empty",
      );
      equal(await meter.measure(good), want, "the next call's result");
    }),

  "several measurements take turns": (environment) =>
    withMeter(environment, async (meter) => {
      const [a, b] = [stereoNoise(100_000), stereoNoise(50_000, 22050)];
      const alone = [await meter.measure(a), await meter.measure(b)];
      const together = await Promise.all([meter.measure(a), meter.measure(b)]);
      equal(together, alone, "results");
      const { workers, wasmMemoryBytes } = await meter.inspect();
      equal(workers, 1, "workers");
      atMost(wasmMemoryBytes, 16 * 2 ** 20, "bytes of Wasm memory");
    }),

  "abort of measuring rejects at once, and close ends the meter": async (environment) => {
    const { divisi, variant } = environment;
    const meter = await divisi.Meter.create({ variant });
    const controller = new AbortController();
    const { signal } = controller;
    const onProgress = () => controller.abort();
    const long = tones([600, -20]);
    await rejectsAsAborted(meter.measure(long, { signal, onProgress }));
    equal((await meter.measure(stereoNoise(44100))).curve.momentary.length, 10, "rows afterwards");
    const call = rejects(meter.measure(tones([600, -20])), "closed");
    await new Promise((resolve) => setTimeout(resolve, 50));
    meter.close();
    await call;
    await rejects(meter.measure(stereoNoise(100)), "closed", "meter was closed");
    await rejects(meter.stream(stereoNoise(100)).next(), "closed", "meter was closed");
    meter.close();
    await rejectsAsAborted(divisi.Meter.create({ variant, signal: AbortSignal.abort() }));
  },
};
