/** Files in the place of audio: every call takes them, and reads them piece by piece where it can. */

import type { PlanarAudio, StemBlock } from "divisi";
import { atMost, equal, ok, rejects, snrDb } from "./check.js";
import {
  type Case,
  collect,
  type Environment,
  noise,
  stereoNoise,
  withSeparator,
  withTagger,
} from "./environment.js";
import { tinyModel } from "./tiny_model.js";

const model = tinyModel();

/** The song as a WAV of floats, so that nothing is rounded. */
function fileOf({ divisi }: Environment, audio: PlanarAudio): File {
  return new File([divisi.encodeWave(audio, { bits: 32 })], "song.wav");
}

/** A file that notes how much of it was read. */
class WatchedFile extends File {
  readBytes = 0;

  override slice(start = 0, end = this.size, type?: string): Blob {
    this.readBytes += end - start;
    return super.slice(start, end, type);
  }
}

export const fileCases: Record<string, Case> = {
  "a file is separated as the audio that it holds": async (environment) => {
    const audio = stereoNoise(150_000);
    const file = fileOf(environment, audio);
    await withSeparator(environment, { model, workers: 2 }, async (separator) => {
      const want = await separator.separate(audio);
      const got = await separator.separate(file);
      equal(got.sampleRate, 44100, "rate");
      same(want.stems, got.stems);
      const blocks = await collect(separator.stream(file));
      same(want.stems, joined(blocks));
      const kept: StemBlock[] = [];
      const store = {
        has: () => false,
        read: () => Promise.reject(new Error("nothing is there")),
        add: (block: StemBlock) => void kept.push(structuredClone(block)),
      };
      await separator.separateInto(store, file);
      same(want.stems, joined(kept));
    });
  },

  "a file is streamed: it is read as fast as blocks are taken": async (environment) => {
    const { divisi } = environment;
    const bytes = divisi.encodeWave(stereoNoise(44100 * 60), { bits: 32 });
    const file = new WatchedFile([bytes], "long.wav");
    await withSeparator(environment, { model }, async (separator) => {
      const stream = separator.stream(file);
      const first = await stream.next();
      ok(!first.done, "expected a block");
      // One block in hand and one computed ahead, in reads of a MiB: not the 21 MB of the file.
      atMost(file.readBytes, 6 * 2 ** 20, "bytes read for the first block");
      await stream.return();
    });
  },

  "a file is tagged, measured and analysed as the audio that it holds": async (environment) => {
    const { divisi, variant, models } = environment;
    const audio = stereoNoise(44100 * 4);
    const file = fileOf(environment, audio);
    await withTagger(environment, {}, async (tagger) => {
      const [want, got] = [await tagger.tag(audio), await tagger.tag(file)];
      equal(got.tags, want.tags, "tags");
      equal((await collect(tagger.stream(file))).length, want.taggram.rows.length, "rows");
    });
    const meter = await divisi.Meter.create({ variant });
    const loudness = await meter.measure(audio);
    equal(await meter.measure(file), loudness, "loudness");
    equal((await collect(meter.stream(file))).length, loudness.curve.momentary.length, "rows");
    meter.close();
    const options = { ...models, variant, parts: ["key", "loudness"] } as const;
    const analyser = await divisi.Analyser.create(options);
    equal(await analyser.analyse(file), await analyser.analyse(audio), "analysis");
    analyser.close();
  },

  "a file that is no audio is refused by its name, and the next one is taken": async (
    environment,
  ) => {
    const { divisi, variant } = environment;
    const text = new File(["this is no music"], "notes.txt");
    const cut = new File([divisi.encodeWave(stereoNoise(0 + 1)).slice(0, 70)], "cut.wav");
    const meter = await divisi.Meter.create({ variant });
    const said = await meter.measure(text).catch((error: unknown) => error);
    ok(said instanceof divisi.DivisiError, `expected a DivisiError, got ${String(said)}`);
    ok(/notes\.txt: is n/.test(said.message), `expected the file's name, got ${said.message}`);
    await rejects(meter.measure(cut), "bad-audio", "cut.wav");
    await meter.measure(fileOf(environment, stereoNoise(44100)));
    meter.close();
  },

  "encodeWave gives a file that decode reads": async (environment) => {
    const { decode, encodeWave } = environment.divisi;
    const audio = {
      sampleRate: 48000,
      channels: [noise(70_001), noise(70_001, 2), noise(70_001, 3)],
    };
    for (const [bits, least] of [
      [16, 79],
      [24, 125],
      [32, Number.POSITIVE_INFINITY],
    ] as const) {
      const read = await decode(new Blob([encodeWave(audio, { bits })]));
      equal(read.warnings, [], "warnings");
      equal([read.sampleRate, read.complete], [48000, true], "rate");
      for (const [c, samples] of audio.channels.entries()) {
        const snr = snrDb(samples, read.channels[c] ?? new Float32Array());
        ok(snr >= least, `${bits} bits: expected ${least} dB, got ${snr}`);
      }
    }
    equal(encodeWave(audio).length, encodeWave(audio, { bits: 16 }).length, "default");
    await rejects(
      Promise.resolve().then(() => encodeWave({ sampleRate: 44100, channels: [] })),
      "bad-option",
      "channelCount",
    );
  },
};

type Stems = Readonly<Record<string, readonly Float32Array[]>>;

function joined(blocks: readonly StemBlock[]): Stems {
  const frames = Math.max(...blocks.map(({ startFrame, frameCount }) => startFrame + frameCount));
  const stems: Record<string, Float32Array[]> = {};
  for (const { startFrame, stems: of } of blocks) {
    for (const [name, channels] of Object.entries(of)) {
      stems[name] ??= channels.map(() => new Float32Array(frames));
      for (const [c, samples] of channels.entries()) stems[name][c]?.set(samples, startFrame);
    }
  }
  return stems;
}

/** What several Workers compute differs in the last bit from what one does. */
function same(want: Stems, got: Stems): void {
  equal(Object.keys(got), Object.keys(want), "stems");
  for (const [name, channels] of Object.entries(want)) {
    for (const [c, samples] of channels.entries()) {
      const other = got[name]?.[c] ?? new Float32Array();
      equal(other.length, samples.length, `${name}: frames`);
      const snr = snrDb(samples, other);
      ok(snr > 100, `${name}: expected over 100 dB, got ${snr}`);
    }
  }
}
