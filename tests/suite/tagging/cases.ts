/** The Tagger's behaviour: results, streams, turns, cancellation, memory. */

import type { AudioStream, Progress } from "divisi";
import { atLeast, atMost, equal, ok, rejects, rejectsAsAborted } from "../check.js";
import { type Case, collect, noise, withSeparator, withTagger } from "../environment.js";
import { tinyModel } from "../tiny_model.js";

const rate = 16000;
/** musicnn hears 187 frames of 16 ms. */
const patchSeconds = 2.992;

const monoNoise = (seconds: number) => ({
  sampleRate: rate,
  channels: [noise(Math.round(seconds * rate))],
});

export const taggerCases: Record<string, Case> = {
  "tags are sorted, of a kind, and calibrated": async (environment) => {
    for (const model of ["musicnn-mtt", "musicnn-msd"]) {
      await withTagger(environment, { model }, async (tagger) => {
        const result = await tagger.tag(monoNoise(7));
        equal(result.model, model, "model");
        const { tags, taggram } = result;
        const info = environment.divisi.models.find(({ name }) => name === model);
        equal(tagger.labels, info?.labels ?? [], "labels of the file and of the catalogue");
        equal(
          taggram.labels,
          tagger.labels.map(({ name }) => name),
          "labels of the taggram",
        );
        const kinds = new Map(tagger.labels.map(({ name, kind }) => [name, kind]));
        for (const [i, { name, kind, score, z }] of tags.entries()) {
          atMost(score, tags[i - 1]?.score ?? 1, `${name}: score after the one before`);
          equal(kind, kinds.get(name), `${name}: kind`);
          ok(z !== undefined && Math.abs(z) < 20, `${name}: expected a z-score, got ${z}`);
          const column = taggram.labels.indexOf(name);
          const scores = taggram.rows.map((row) => row[column] ?? Number.NaN);
          const mean = scores.reduce((sum, s) => sum + s, 0) / scores.length;
          atMost(Math.abs(score - mean), 1e-6, `${name}: score less the taggram's mean`);
        }
        const byRank = [...tags].sort((a, b) => a.rank - b.rank);
        equal(
          byRank.map(({ rank }) => rank),
          tags.map((_, i) => i + 1),
          "ranks",
        );
        byRank.forEach(({ name, z }, i) => {
          atMost(z ?? Number.NaN, byRank[i - 1]?.z ?? Infinity, `${name}: z after the one before`);
        });
      });
    }
  },

  "models without calibration have ranks by score": async (environment) => {
    // The same file under another name in its card: of the same length, so that it stays valid.
    const bytes = new Uint8Array(await environment.fixture("musicnn-mtt.safetensors"));
    const text = new TextDecoder("latin1").decode(bytes);
    const key = '\\"name\\": \\"musicnn-mtt\\"';
    const compact = '\\"name\\":\\"musicnn-mtt\\"';
    const at = Math.max(text.indexOf(key), text.indexOf(compact));
    atLeast(at, 0, "place of the card's name");
    bytes.set(new TextEncoder().encode("unknown-one"), text.indexOf("musicnn-mtt", at));
    await withTagger(environment, { model: bytes }, async (tagger) => {
      const { tags, model } = await tagger.tag(monoNoise(1));
      equal(model, "unknown-one", "model");
      equal(
        tags.map(({ z, rank }) => [z, rank]),
        tags.map((_, i) => [undefined, i + 1]),
        "z and rank",
      );
    });
  },

  "the hop is the taggram's": (environment) =>
    withTagger(environment, {}, async (tagger) => {
      const audio = monoNoise(10);
      for (const [asked, hopSeconds] of [
        [undefined, patchSeconds],
        [0.5, 0.496],
        [1, 1.008],
        [patchSeconds, patchSeconds],
      ] as const) {
        const { taggram } = await tagger.tag(audio, asked ? { hopSeconds: asked } : {});
        atMost(Math.abs(taggram.hopSeconds - hopSeconds), 1e-9, `hop for ${asked}`);
        atMost(Math.abs(taggram.patchSeconds - patchSeconds), 1e-9, "patch");
        // Frames are centred on every 256th sample, from the first on.
        const frames = Math.floor((10 * rate) / 256) + 1;
        const hopFrames = Math.round(hopSeconds / 0.016);
        const patches = Math.floor((frames - 187) / hopFrames) + 1;
        equal(taggram.rows.length, patches, `rows for ${asked}`);
        const rows = await collect(tagger.stream(audio, asked ? { hopSeconds: asked } : {}));
        equal(
          rows.map(({ startSeconds }) => startSeconds.toFixed(6)),
          rows.map((_, i) => (i * hopSeconds).toFixed(6)),
          "startSeconds",
        );
        equal(
          rows.map(({ scores }) => scores),
          [...taggram.rows],
          "scores of the stream",
        );
      }
    }),

  "rows come as they are computed, and no further than they are read": (environment) =>
    withTagger(environment, {}, async (tagger) => {
      let given = 0;
      let released = false;
      const blocks = (async function* () {
        try {
          for (;;) {
            given += 0.5;
            yield [noise(rate / 2)];
          }
        } finally {
          released = true;
        }
      })();
      const stream = tagger.stream({ sampleRate: rate, channelCount: 1, blocks });
      for (let i = 0; i < 3; i++) ok(!(await stream.next()).done, "expected a row");
      await new Promise((resolve) => setTimeout(resolve, 300));
      // Three patches read, one computed ahead; one more for the mel spectrum's edges.
      atMost(given, 5 * patchSeconds, "seconds read for three rows");
      await stream.return();
      await tagger.tag(monoNoise(1));
      ok(released, "expected the source to be told that nobody reads it any more");
    }),

  "tagging counts the frames up to the last": (environment) =>
    withTagger(environment, {}, async (tagger) => {
      const seen: Progress[] = [];
      await tagger.tag(monoNoise(10), { onProgress: (progress) => seen.push(progress) });
      const done = seen.map((progress) => progress.done);
      equal(
        done,
        [...done].sort((a, b) => a - b),
        "progress only grows",
      );
      equal(seen.at(-1), { done: 160_000, total: 160_000, unit: "frames" }, "last report");
      atLeast(seen.length, 3, "reports");
    }),

  "abort of tagging rejects at once, and the next call works": (environment) =>
    withTagger(environment, {}, async (tagger) => {
      const controller = new AbortController();
      let aborted = 0;
      const onProgress = () => {
        aborted ||= performance.now();
        controller.abort();
      };
      const { signal } = controller;
      await rejectsAsAborted(tagger.tag(monoNoise(60), { signal, onProgress }));
      atMost(performance.now() - aborted, 100, "milliseconds from abort to rejection");
      await rejectsAsAborted(tagger.tag(monoNoise(1), { signal }));
      equal((await tagger.tag(monoNoise(7))).taggram.rows.length, 2, "rows of the next call");
      const stream = tagger.stream(monoNoise(30), { signal: AbortSignal.abort() });
      await rejectsAsAborted(stream.next());
    }),

  "close ends what the tagger does, and later calls": async (environment) => {
    const { divisi, variant, models } = environment;
    const tagger = await divisi.Tagger.create({ model: "musicnn-mtt", variant, ...models });
    const call = rejects(tagger.tag(monoNoise(60)), "closed");
    await new Promise((resolve) => setTimeout(resolve, 50));
    tagger.close();
    await call;
    await rejects(tagger.tag(monoNoise(1)), "closed", "tagger was closed");
    await rejects(tagger.stream(monoNoise(1)).next(), "closed", "tagger was closed");
    await rejects(tagger.inspect(), "closed");
    tagger.close();
    const controller = new AbortController();
    const { signal } = controller;
    const creating = divisi.Tagger.create({ model: "musicnn-mtt", variant, ...models, signal });
    controller.abort();
    await rejectsAsAborted(creating);
  },

  "two taggers and a separator at once": (environment) =>
    withTagger(environment, {}, (mtt) =>
      withTagger(environment, { model: "musicnn-msd" }, (msd) =>
        withSeparator(environment, { model: tinyModel() }, async (separator) => {
          const audio = monoNoise(7);
          const alone = [await mtt.tag(audio), await msd.tag(audio)];
          const [first, again, second, { stems }] = await Promise.all([
            mtt.tag(audio),
            mtt.tag(audio),
            msd.tag(audio),
            separator.separate(audio),
          ]);
          equal([first, again, second], [alone[0], alone[0], alone[1]], "results");
          equal(stems.vocals?.[0]?.length, audio.channels[0]?.length, "frames of a stem");
        }),
      ),
    ),

  "tagging five minutes takes no more memory than half a minute": async (environment) => {
    const [short, long] = [await peakOf(0.5), await peakOf(5)];
    // The limit that the project promises for any song.
    atMost(long / short, 1.05, "peak of 5 minutes over peak of half a minute");

    function peakOf(minutes: number): Promise<number> {
      return withTagger(environment, { model: "musicnn-msd" }, async (tagger) => {
        const second = noise(rate);
        const audio: AudioStream = {
          sampleRate: rate,
          channelCount: 1,
          blocks: (function* () {
            for (let i = 0; i < minutes * 60; i++) yield [second];
          })(),
        };
        const { taggram } = await tagger.tag(audio);
        equal(taggram.rows.length, Math.floor((minutes * 60) / patchSeconds), "rows");
        return (await tagger.inspect()).wasmMemoryBytes;
      });
    }
  },
};
