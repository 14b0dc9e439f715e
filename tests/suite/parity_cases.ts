/** The real model against what TensorFlow computed with the original one (tests/golden). */

import type { PlanarAudio, SeparationResult } from "divisi";
import { atLeast, atMost, equal, snrDb } from "./check.js";
import { type Case, type Environment, withSeparator } from "./environment.js";

interface GoldenCase {
  readonly name: string;
  readonly frames: number;
  readonly excerptStarts: readonly number[];
  readonly excerptFrames: number;
}

/** Another order of float32 operations costs far less; a wrong constant leaves 40 dB at best. */
const paritySnrDb = 60;
/**
 * 8-bit weights leave 27 dB for the clip's vocals, and wrong ones (one scale for a whole kernel) far
 * less. A separated stem's own errors are 10 to 15 dB below it.
 */
const quantisedSnrDb = 24;
/** Not audible under anything; float32 itself is at -140. */
const residualDb = -60;

export const parityCases: Record<string, Case> = {
  "reference mode reproduces the original's stems to 60 dB": async (environment) => {
    const index = JSON.parse(
      new TextDecoder().decode(await environment.fixture("spleeter-2stems/index.json")),
    );
    const cases = index.pipeline.cases as GoldenCase[];
    equal(cases.map(({ name }) => name).sort(), ["short", "song"], "golden cases");
    const model = await environment.fixture("spleeter-2stems-f32.safetensors");
    await withSeparator(environment, { model }, async (separator) => {
      for (const golden of cases) {
        const audio = await readAudio(environment, golden.name === "song" ? "song" : "clip");
        const mix = audio.channels.map((samples) => samples.slice(0, golden.frames));
        const result = await separator.separate(
          { sampleRate: audio.sampleRate, channels: mix },
          { mode: "reference" },
        );
        for (const stem of ["vocals", "accompaniment"]) {
          const want = await environment.fixture(
            `spleeter-2stems/pipeline-${golden.name}/${stem}.f32`,
          );
          const got = excerpts(result, stem, golden);
          atLeast(snrDb(new Float32Array(want), got), paritySnrDb, `${golden.name}, ${stem}: dB`);
        }
      }
    });
  },

  "8-bit weights give nearly the stems of float32 ones": async (environment) => {
    const model = await environment.fixture("spleeter-2stems-f32.safetensors");
    const audio = await readAudio(environment, "clip");
    const [wanted, got] = [
      await withSeparator(environment, { model }, (s) => s.separate(audio)),
      await withSeparator(environment, { model: "spleeter-2stems-int8" }, (s) => s.separate(audio)),
    ];
    for (const stem of ["vocals", "accompaniment"]) {
      const snr = snrDb(joined(wanted, stem), joined(got, stem));
      atLeast(snr, quantisedSnrDb, `${stem}: dB`);
      // The same file twice would pass for nothing.
      atMost(snr, paritySnrDb, `${stem}: dB`);
    }
  },

  "the default mode's stems add up to the mix": async (environment) => {
    const audio = await readAudio(environment, "clip");
    await withSeparator(environment, { model: "spleeter-2stems" }, async (separator) => {
      const { stems } = await separator.separate(audio);
      const [vocals, accompaniment] = [stems.vocals ?? [], stems.accompaniment ?? []];
      audio.channels.forEach((mix, c) => {
        const sum = mix.map((_, i) => (vocals[c]?.[i] ?? 0) + (accompaniment[c]?.[i] ?? 0));
        atMost(-snrDb(mix, sum), residualDb, `channel ${c}: residual in dB`);
      });
    });
  },
};

async function readAudio({ fixture }: Environment, name: string): Promise<PlanarAudio> {
  const all = new Float32Array(await fixture(`${name}.f32`));
  const frames = all.length / 2;
  return { sampleRate: 44100, channels: [all.slice(0, frames), all.slice(frames)] };
}

function joined({ stems }: SeparationResult, stem: string): Float32Array {
  return Float32Array.from((stems[stem] ?? []).flatMap((samples) => [...samples]));
}

/** [excerpt][frame][channel], as the golden files have it. */
function excerpts(result: SeparationResult, stem: string, golden: GoldenCase): Float32Array {
  const [left, right] = result.stems[stem] ?? [];
  return Float32Array.from(
    golden.excerptStarts.flatMap((start) =>
      Array.from({ length: golden.excerptFrames * 2 }, (_, i) => {
        const channel = i % 2 === 0 ? left : right;
        return channel?.[start + (i >> 1)] ?? Number.NaN;
      }),
    ),
  );
}
