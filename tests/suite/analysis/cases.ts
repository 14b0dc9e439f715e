/** The Analyser: beats of a drum machine, parts by name, streams, progress, turns, cancellation. */

import type { AnalyserOptions, AudioStream, PlanarAudio } from "divisi";
import { atLeast, atMost, equal, ok, rejects, rejectsAsAborted } from "../check.js";
import { type Case, noise, stereoNoise } from "../environment.js";
import { harmonyCases } from "./harmony_cases.js";
import { sectionsCases } from "./sections_cases.js";
import { withAnalyser } from "./with_analyser.js";

const rate = 22050;
const tempo = 120;
const firstBeat = 0.5;

/** A kick on downbeats, a higher thump on the other beats, ticks on all and in between. */
function drumMachine(beatsPerBar: number, seconds: number): PlanarAudio {
  const samples = new Float32Array(seconds * rate);
  const hit = (at: number, hz: number, amplitude: number, decay: number) => {
    const begin = Math.round(at * rate);
    for (let n = begin; n < Math.min(samples.length, begin + rate / 5); n++) {
      const t = (n - begin) / rate;
      const sweep = hz * (1 + 2 * Math.exp(-60 * t));
      const sample = amplitude * Math.exp(-decay * t) * Math.sin(2 * Math.PI * sweep * t);
      samples[n] = (samples[n] ?? 0) + sample;
    }
  };
  const interval = 60 / tempo;
  for (let beat = 0; firstBeat + beat * interval < seconds; beat++) {
    const at = firstBeat + beat * interval;
    const down = beat % beatsPerBar === 0;
    hit(at, down ? 60 : 220, down ? 0.7 : 0.3, 25);
    hit(at, 6000, 0.1, 80);
    hit(at + interval / 2, 7000, 0.05, 120);
  }
  return { sampleRate: rate, channels: [samples] };
}

/** The same audio in blocks, and how many were read. */
function inBlocks({ sampleRate, channels }: PlanarAudio, frames: number) {
  const count = { blocks: 0 };
  const length = channels[0]?.length ?? 0;
  const audio: AudioStream = {
    sampleRate,
    channelCount: channels.length,
    blocks: (function* () {
      for (let begin = 0; begin < length; begin += frames) {
        count.blocks++;
        yield channels.map((channel) => channel.slice(begin, begin + frames));
      }
    })(),
  };
  return { audio, count };
}

export const analysisCases: Record<string, Case> = {
  "beats of a drum machine": (environment) =>
    withAnalyser(environment, { parts: ["beats"] }, async (analyser) => {
      const { durationSeconds, beats, loudness } = await analyser.analyse(drumMachine(4, 20));
      equal(durationSeconds, 20, "durationSeconds");
      equal(loudness, undefined, "a part that was not asked for");
      ok(beats, "expected beats");
      atMost(Math.abs((beats.tempo ?? 0) - tempo), 1, "tempo, from 120");
      atLeast(beats.tempoConfidence, 0.8, "tempoConfidence");
      equal(beats.beatsPerBar, 4, "beatsPerBar");
      // The network is sure of itself after some seconds; 70 ms is the usual tolerance.
      for (let n = 10; n < 38; n++) {
        const at = firstBeat + n / 2;
        const near = beats.beats.find(({ seconds }) => Math.abs(seconds - at) <= 0.07);
        ok(near, `expected a beat at ${at}`);
        equal(near.number, (n % 4) + 1, `number of the beat at ${at}`);
        atMost(Math.abs(near.tempo - tempo), 3, `tempo at ${at}`);
        ok(near.confidence >= 0 && near.confidence <= 1, `confidence ${near.confidence}`);
      }
    }),

  "silence has no beats": (environment) =>
    withAnalyser(environment, { parts: ["beats"] }, async (analyser) => {
      const silence = { sampleRate: 8000, channels: [new Float32Array(24000)] };
      const { beats } = await analyser.analyse(silence);
      equal(
        beats,
        { beats: [], tempo: undefined, tempoConfidence: 0, beatsPerBar: 0 },
        "of silence",
      );
    }),

  "all parts of a stream that is read once": (environment) =>
    withAnalyser(environment, {}, async (analyser) => {
      equal([...analyser.parts], ["beats", "key", "chords", "sections", "loudness"], "parts");
      const song = drumMachine(4, 12);
      const { audio, count } = inBlocks(song, 10007);
      const result = await analyser.analyse(audio);
      equal(count.blocks, Math.ceil((12 * rate) / 10007), "blocks read");
      equal(result.durationSeconds, 12, "durationSeconds");
      atMost(Math.abs((result.beats?.tempo ?? 0) - tempo), 1, "tempo, from 120");
      const meter = await environment.divisi.Meter.create({ variant: environment.variant });
      try {
        equal(result.loudness, await meter.measure(song), "loudness, as the Meter's");
      } finally {
        meter.close();
      }
      const { beats, ...rest } = await analyser.analyse(song, { parts: ["beats"] });
      equal(beats, result.beats, "beats alone, and not in blocks");
      equal(Object.keys(rest), ["durationSeconds"], "what else there is");
    }),

  "analyses at once take turns": (environment) =>
    withAnalyser(environment, {}, async (analyser) => {
      const songs = [drumMachine(4, 8), drumMachine(3, 9), stereoNoise(44100)];
      const alone = [];
      for (const song of songs) alone.push(await analyser.analyse(song));
      const together = await Promise.all(songs.map((song) => analyser.analyse(song)));
      equal(together, alone, "results");
    }),

  "parts are checked by name": async (environment) => {
    const { divisi, variant, models } = environment;
    const create = (parts: unknown) =>
      divisi.Analyser.create({ variant, ...models, parts: parts as never });
    await rejects(create(["tempo"]), "bad-option", "parts", '"beats"', '"tempo"');
    await rejects(create([]), "bad-option", "parts", "[]");
    await rejects(create("beats"), "bad-option", "parts", '"beats"');
    await withAnalyser(environment, { parts: ["loudness"] }, async (analyser) => {
      const asked = analyser.analyse(stereoNoise(8000), { parts: ["beats"] });
      await rejects(asked, "bad-option", '"beats", which the analyser was not made with');
    });
  },

  "models of other tasks are refused": async ({ divisi, variant, models }) => {
    const options = { variant, ...models, parts: ["beats"], models: { beats: "musicnn-mtt" } };
    const create = divisi.Analyser.create(options as AnalyserOptions);
    await rejects(create, "bad-model", "expected a beats model, got one for tagging");
  },

  "progress counts what all parts have heard": (environment) =>
    withAnalyser(environment, {}, async (analyser) => {
      const audio = { sampleRate: 44100, channels: [noise(44100 * 5)] };
      const told: number[] = [];
      await analyser.analyse(audio, {
        onProgress: ({ done, total, unit }) => {
          equal([total, unit], [44100 * 5, "frames"], "total and unit");
          told.push(done);
        },
      });
      equal(
        told,
        [...told].sort((a, b) => a - b),
        "progress goes forward",
      );
      equal(told.at(-1), 44100 * 5, "the last");
    }),

  "an analysis is aborted at once, and the next one works": (environment) =>
    withAnalyser(environment, {}, async (analyser) => {
      const aborter = new AbortController();
      const endless: AudioStream = {
        sampleRate: 44100,
        channelCount: 1,
        blocks: (async function* () {
          for (let n = 0; ; n++) {
            if (n === 20) aborter.abort();
            yield [noise(4096, n + 1)];
          }
        })(),
      };
      await rejectsAsAborted(analyser.analyse(endless, { signal: aborter.signal }));
      await rejectsAsAborted(analyser.analyse(stereoNoise(1000), { signal: AbortSignal.abort() }));
      const { durationSeconds } = await analyser.analyse(stereoNoise(44100));
      equal(durationSeconds, 1, "durationSeconds of the next");
    }),

  "bad audio fails every part, and the next song works": (environment) =>
    withAnalyser(environment, {}, async (analyser) => {
      const audio = stereoNoise(50000);
      const spoilt = audio.channels.map((channel) => channel.slice());
      (spoilt[1] as Float32Array)[40000] = Number.NaN;
      const bad = analyser.analyse({ ...audio, channels: spoilt });
      await rejects(bad, "bad-audio", "40000");
      const empty = { sampleRate: 44100, channels: [new Float32Array()] };
      await rejects(analyser.analyse(empty), "bad-audio", "empty");
      const failing: AudioStream = {
        sampleRate: 44100,
        channelCount: 1,
        // biome-ignore lint/correctness/useYield: it fails before
        blocks: (function* (): Generator<Float32Array[]> {
          throw new environment.divisi.DivisiError("storage", "the disk is gone");
        })(),
      };
      await rejects(analyser.analyse(failing), "storage", "the disk is gone");
      ok((await analyser.analyse(audio)).loudness, "expected loudness of the next");
    }),

  ...harmonyCases,
  ...sectionsCases,

  "a closed analyser says so": async (environment) => {
    const analyser = await withAnalyser(environment, { parts: ["loudness"] }, async (made) => {
      const { variant, workers, wasmMemoryBytes } = await made.inspect();
      equal([variant, workers], [environment.variant, 1], "inspect");
      atLeast(wasmMemoryBytes, 65536, "wasmMemoryBytes");
      return made;
    });
    await rejects(analyser.analyse(stereoNoise(100)), "closed", "the analyser was closed");
  },
};
