/** Drums: of a beat whose hits are known, as a stream, cancelled, and with wrong options. */

import type { DrumHit, DrumTranscriber, PlanarAudio, TranscribeDrumsOptions } from "divisi";
import { atLeast, atMost, equal, ok, rejects, rejectsAsAborted } from "../check.js";
import { type Case, collect, type Environment, noise } from "../environment.js";

const rate = 44100;
const seconds = 6;

/** A kick every second, a snare half a second later: sines that fall, and noise. */
function playBeat(): PlanarAudio {
  const samples = new Float32Array(seconds * rate);
  const white = noise(seconds * rate);
  for (let place = 0; place < 2 * seconds - 1; place++) {
    const first = Math.round((place / 2 + 0.1) * rate);
    for (let n = 0; n < 0.4 * rate; n++) {
      const time = n / rate;
      const hiss = white[first + n] ?? 0;
      const kick = Math.sin(2 * Math.PI * (50 * time - 5 * Math.exp(-30 * time)));
      const snare =
        0.5 * Math.sin(2 * Math.PI * 190 * time) * Math.exp(-25 * time) +
        4 * hiss * Math.exp(-20 * time);
      samples[first + n] = place % 2 === 0 ? 0.8 * kick * Math.exp(-12 * time) : 0.4 * snare;
    }
  }
  return { sampleRate: rate, channels: [samples, samples] };
}

/** How many kicks and snares of the beat are there, within 50 ms. */
function found(hits: readonly DrumHit[]): number {
  return Array.from({ length: 2 * seconds - 1 }, (_, place) => place).filter((place) =>
    hits.some(
      (hit) =>
        hit.instrument === (place % 2 === 0 ? "kick" : "snare") &&
        Math.abs(hit.seconds - place / 2 - 0.1) < 0.05,
    ),
  ).length;
}

async function withTranscriber<T>(
  { divisi, variant, models }: Environment,
  work: (transcriber: DrumTranscriber) => Promise<T>,
): Promise<T> {
  const transcriber = await divisi.DrumTranscriber.create({ variant, ...models });
  try {
    return await work(transcriber);
  } finally {
    transcriber.close();
  }
}

export const drumsCases: Record<string, Case> = {
  "the drums of a beat, whole and as they come": (environment) =>
    withTranscriber(environment, async (transcriber) => {
      const audio = playBeat();
      const heard: number[] = [];
      const { hits } = await transcriber.transcribe(audio, {
        onProgress: ({ done }) => heard.push(done),
      });
      atLeast(found(hits), 10, "of 11 hits");
      equal(heard.at(-1), seconds * rate, "frames heard in the end");
      for (const [index, hit] of hits.entries()) {
        const { seconds: at, instrument, note, velocity, confidence } = hit;
        atLeast(at, hits[index - 1]?.seconds ?? 0, "a hit after the one before");
        ok(Number.isInteger(velocity) && velocity >= 1 && velocity <= 127, `velocity ${velocity}`);
        ok(confidence > 0 && confidence <= 1, `confidence ${confidence}`);
        if (instrument === "kick") equal(note, 36, "the note of a kick");
        if (instrument === "snare") equal(note, 38, "the note of a snare");
      }
      equal(await collect(transcriber.stream(audio)), hits, "hits of the stream");
    }),

  "sensitivity of drums, and wrong options": (environment) =>
    withTranscriber(environment, async (transcriber) => {
      const audio = playBeat();
      const count = async (sensitivity: number) =>
        (await transcriber.transcribe(audio, { sensitivity })).hits.length;
      atMost(await count(0), await count(0.5), "hits at sensitivity 0");
      atLeast(await count(1), (await count(0)) + 1, "hits at sensitivity 1");
      const wrong: [Record<string, unknown>, string][] = [
        [{ sensitivity: 2 }, "sensitivity: expected a number from 0 to 1, got 2"],
        [{ sensitivity: Number.NaN }, "got NaN"],
        [{ sensitivity: "1" }, 'got "1"'],
      ];
      for (const [options, words] of wrong) {
        await rejects(
          transcriber.transcribe(audio, options as TranscribeDrumsOptions),
          "bad-option",
          words,
        );
      }
    }),

  "hearing drums can be cancelled, and goes on with the next song": (environment) =>
    withTranscriber(environment, async (transcriber) => {
      const long = { sampleRate: rate, channels: [noise(60 * rate)] };
      const controller = new AbortController();
      const cancelled = transcriber.transcribe(long, {
        signal: controller.signal,
        onProgress: () => controller.abort(),
      });
      await rejectsAsAborted(cancelled);
      atLeast(found((await transcriber.transcribe(playBeat())).hits), 10, "of 11 hits");
      await rejects(
        transcriber.transcribe({ sampleRate: rate, channels: [new Float32Array()] }),
        "bad-audio",
      );
      transcriber.close();
      await rejects(transcriber.transcribe(long), "closed");
    }),

  "another model than one for drums is refused": async ({ divisi, variant, models }) => {
    await rejects(
      divisi.DrumTranscriber.create({ variant, ...models, model: "musicnn-mtt" }),
      "bad-model",
      "expected a drums model, got one for tagging",
    );
  },
};
