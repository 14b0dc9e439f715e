/** The taggers against what TensorFlow computed with the original checkpoints (tests/golden). */

import { atMost, equal } from "../check.js";
import { type Case, collect, type Environment, withTagger } from "../environment.js";

const models = ["musicnn-mtt", "musicnn-msd"] as const;
/** What the project promises; float32 noise and the left-out filters give about 1e-5. */
const scoreLimit = 1e-3;
/** The embedding's values reach 6: the same, relative to that. */
const embeddingLimit = 6e-3;

export const taggerParityCases: Record<string, Case> = {
  "scores and embeddings are the original's to 1e-3": async (environment) => {
    const input = new Float32Array(await environment.fixture("musicnn.f32"));
    for (const model of models) {
      const scores = await golden(environment, `${model}/tags.f32`);
      const embeddings = await golden(environment, `${model}/embedding.f32`);
      await withTagger(environment, { model }, async (tagger) => {
        const audio = { sampleRate: 16000, channels: [input] };
        const rows = await collect(tagger.stream(audio));
        equal(rows.length, 2, "patches");
        rows.forEach((row, i) => {
          const what = `${model}, patch ${i}: largest difference`;
          atMost(difference(row.scores, scores, i), scoreLimit, what);
          atMost(difference(row.embedding, embeddings, i), embeddingLimit, `${what}, embedding`);
        });
        const { taggram, embedding, padded } = await tagger.tag(audio);
        equal(padded, false, "padded");
        taggram.rows.forEach((row, i) => {
          equal(difference(row, rows[i]?.scores ?? scores, 0), 0, "taggram less stream");
        });
        const mean = embedding.map((_, k) => meanOf(rows.map((row) => row.embedding[k] ?? NaN)));
        atMost(difference(embedding, mean, 0), 1e-6, "embedding less the mean of the patches'");
      });
    }
  },

  "a song at 44.1 kHz has the tags of the original": async (environment) => {
    const all = new Float32Array(await environment.fixture("song.f32"));
    const channels = [all.slice(0, all.length / 2), all.slice(all.length / 2)];
    for (const model of models) {
      const scores = await golden(environment, `${model}/song-tags.f32`);
      await withTagger(environment, { model }, async (tagger) => {
        const { tags, taggram } = await tagger.tag({ sampleRate: 44100, channels });
        const patches = taggram.rows.length;
        equal(patches * tagger.labels.length, scores.length, "scores");
        const want = tagger.labels.map(({ name }, k) => ({
          name,
          score: meanOf(taggram.rows.map((_, i) => scores[i * tagger.labels.length + k] ?? NaN)),
        }));
        want.sort((a, b) => b.score - a.score);
        // Place of the five that the original hears first, off by 2 at most. Scores are not
        // compared: the original's own differ by 0.1 between librosa's resamplers.
        want.slice(0, 5).forEach(({ name }, place) => {
          const got = tags.findIndex((tag) => tag.name === name);
          atMost(Math.abs(got - place), 2, `${model}, ${name}: places from the original's`);
        });
      });
    }
  },
};

async function golden({ fixture }: Environment, name: string): Promise<Float32Array> {
  return new Float32Array(await fixture(name));
}

/** Largest difference of `got` from its row of `want`. */
function difference(got: Float32Array, want: Float32Array, row: number): number {
  return got.reduce(
    (worst, value, i) => Math.max(worst, Math.abs(value - (want[row * got.length + i] ?? NaN))),
    0,
  );
}

const meanOf = (values: number[]) => values.reduce((sum, v) => sum + v, 0) / values.length;
