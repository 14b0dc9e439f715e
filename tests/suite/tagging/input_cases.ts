/** Taggers: any audio and options, and bad ones, each with an error that names the value. */

import type { AudioInput, TagOptions } from "divisi";
import { badAudio, named } from "../bad_input_cases.js";
import { atMost, equal, rejects } from "../check.js";
import { type Case, noise, withSeparator, withTagger } from "../environment.js";
import { tinyModel } from "../tiny_model.js";

const badHops: readonly unknown[] = [0, -1, 0.001, 3.5, Number.NaN, Infinity, "1", null];

export const taggerInputCases: Record<string, Case> = {
  "tags do not depend on rate, channels and blocks": (environment) =>
    withTagger(environment, {}, async (tagger) => {
      // Low tones: no resampler changes them.
      const seconds = 7;
      const sound = (sampleRate: number) =>
        Float32Array.from({ length: seconds * sampleRate }, (_, i) => {
          const t = i / sampleRate;
          return 0.2 * Math.sin(2 * Math.PI * 220 * t) + 0.1 * Math.sin(2 * Math.PI * 660 * t);
        });
      const reference = await tagger.tag({ sampleRate: 16000, channels: [sound(16000)] });
      for (const [sampleRate, channelCount] of [
        [8000, 1],
        [44100, 2],
        [48000, 6],
        [192000, 1],
      ] as const) {
        const channels = Array.from({ length: channelCount }, () => sound(sampleRate));
        const what = `${channelCount} channels at ${sampleRate}`;
        const result = await tagger.tag({ sampleRate, channels });
        equal(result.taggram.rows.length, 2, what);
        result.taggram.rows.forEach((row, i) => {
          row.forEach((score, k) => {
            const change = Math.abs(score - (reference.taggram.rows[i]?.[k] ?? NaN));
            // Resampling leaves other noise below -80 dB, of which the logarithm hears a little.
            atMost(change, 0.05, `${what}: ${tagger.labels[k]?.name}`);
          });
        });
        const blocks = (function* () {
          for (let at = 0; at < seconds * sampleRate; at += 1237) {
            yield channels.map((samples) => samples.subarray(at, at + 1237));
          }
        })();
        const streamed = await tagger.tag({ sampleRate, channelCount, blocks });
        equal(streamed.tags, result.tags, `${what}, in blocks`);
      }
    }),

  "short clips are padded, and say so": (environment) =>
    withTagger(environment, {}, async (tagger) => {
      for (const frameCount of [1, 1000, 47_000]) {
        const short = await tagger.tag({ sampleRate: 16000, channels: [noise(frameCount)] });
        equal([short.padded, short.taggram.rows.length], [true, 1], `${frameCount} frames`);
        equal(short.embedding.length, 200, "size of the embedding");
      }
      const long = await tagger.tag({ sampleRate: 16000, channels: [noise(50_000)] });
      equal([long.padded, long.taggram.rows.length], [false, 1], "50 000 frames");
    }),

  "bad audio is refused by the tagger": (environment) =>
    withTagger(environment, {}, async (tagger) => {
      for (const [name, audio, words] of badAudio) {
        await named(name, rejects(tagger.tag(audio as AudioInput), "bad-audio", words));
      }
      const channels = [noise(60_000), noise(60_000)];
      channels[1]?.fill(Number.NaN, 50_000, 50_001);
      const call = tagger.tag({ sampleRate: 16000, channels });
      await rejects(call, "bad-audio", /channel 1\b/, /frame 50000\b/);
      await tagger.tag({ sampleRate: 16000, channels: [noise(100)] });
    }),

  "bad hops are refused": (environment) =>
    withTagger(environment, {}, async (tagger) => {
      for (const hopSeconds of badHops) {
        const options = { hopSeconds } as TagOptions;
        const call = tagger.tag({ sampleRate: 16000, channels: [noise(100)] }, options);
        await rejects(call, "bad-option", "0.016 to 2.992", String(hopSeconds));
      }
    }),

  "models of other tasks are refused, and damaged ones": async (environment) => {
    const none = async () => {};
    const tagging = { model: await environment.fixture("musicnn-mtt.safetensors") };
    await rejects(withTagger(environment, { model: tinyModel() }, none), "bad-model", "separation");
    await rejects(withSeparator(environment, tagging, none), "bad-model", "tagging");
    for (const bytes of [100, 10_000, 1_000_000]) {
      const model = tagging.model.slice(0, bytes);
      await named(`${bytes} bytes`, rejects(withTagger(environment, { model }, none), "bad-model"));
    }
    const model = "musicnn-xyz";
    await rejects(withTagger(environment, { model }, none), "model-not-found", model);
  },
};
