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
