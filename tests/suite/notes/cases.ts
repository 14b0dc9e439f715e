/** Notes: of songs whose notes are known, as a stream, cancelled, and with wrong options. */

import type { Note, PlanarAudio, TranscribeOptions, Transcriber } from "divisi";
import { atLeast, atMost, equal, ok, rejects, rejectsAsAborted } from "../check.js";
import { type Case, collect, type Environment, noise } from "../environment.js";

const rate = 44100;
const scale = [60, 62, 64, 65, 67, 69, 71, 72];
const noteSeconds = 0.4;

/** Single notes of five harmonics, struck and dying away. */
function playScale(): PlanarAudio {
  const length = Math.round(noteSeconds * rate);
  const samples = new Float32Array((scale.length + 2) * length);
  for (const [index, pitch] of scale.entries()) {
    const hz = 440 * 2 ** ((pitch - 69) / 12);
    for (let n = 0; n < length; n++) {
      const seconds = n / rate;
      const edge = Math.min(1, seconds / 0.01, (noteSeconds - seconds) / 0.01);
      let sum = 0;
      for (let harmonic = 1; harmonic <= 5; harmonic++) {
        sum += Math.sin(2 * Math.PI * hz * harmonic * seconds) / harmonic;
      }
      samples[(index + 1) * length + n] = 0.2 * edge * Math.exp(-seconds) * sum;
    }
  }
  return { sampleRate: rate, channels: [samples, samples] };
}

/** How many notes of the scale are there, within 50 ms. */
function found(notes: readonly Note[]): number {
  return scale.filter((pitch, index) =>
    notes.some(
      (note) =>
        note.pitch === pitch && Math.abs(note.startSeconds - noteSeconds * (index + 1)) < 0.05,
    ),
  ).length;
}

async function withTranscriber<T>(
  { divisi, variant, models }: Environment,
  work: (transcriber: Transcriber) => Promise<T>,
): Promise<T> {
  const transcriber = await divisi.Transcriber.create({ variant, ...models });
  try {
    return await work(transcriber);
  } finally {
    transcriber.close();
  }
}

export const notesCases: Record<string, Case> = {
  "the notes of a scale": (environment) =>
    withTranscriber(environment, async (transcriber) => {
      const heard: number[] = [];
      const { notes } = await transcriber.transcribe(playScale(), {
        onProgress: ({ done }) => heard.push(done),
      });
      atLeast(found(notes), 7, "of 8 notes");
      // Of such bare tones some fifth partials are told as notes, too.
      atMost(notes.length, 13, "notes in all");
      equal(heard.at(-1), 10 * Math.round(noteSeconds * rate), "frames heard in the end");
      for (const [index, note] of notes.entries()) {
        const { startSeconds, endSeconds, velocity, confidence, bends } = note;
        atLeast(startSeconds, notes[index - 1]?.startSeconds ?? 0, "a start after the one before");
        ok(endSeconds > startSeconds, "expected an end behind the start");
        ok(Number.isInteger(velocity) && velocity >= 1 && velocity <= 127, `velocity ${velocity}`);
        ok(confidence > 0 && confidence <= 1, `confidence ${confidence}`);
        // One every 11.6 ms.
        atMost(Math.abs(bends.length - (endSeconds - startSeconds) * 86.13), 1.5, "bends");
        ok(
          bends.every((bend) => Math.abs(bend) < 2),
          "expected bends of less than two semitones",
        );
      }
    }),

  "notes come as they end, and are those of the whole song": (environment) =>
    withTranscriber(environment, async (transcriber) => {
      const audio = playScale();
      const { notes } = await transcriber.transcribe(audio);
      const streamed = await collect(transcriber.stream(audio));
      const byStart = [...streamed].sort(
        (a, b) => a.startSeconds - b.startSeconds || a.pitch - b.pitch,
      );
      const plain = (all: readonly Note[]) =>
        all.map((note) => ({ ...note, bends: [...note.bends] }));
      equal(plain(byStart), plain(notes), "notes of the stream");
      let first: Note | undefined;
      for await (const note of transcriber.stream(audio)) {
        first = note;
        break;
      }
      ok(first, "expected a note");
    }),

  "sensitivity, range and mode of notes": (environment) =>
    withTranscriber(environment, async (transcriber) => {
      const audio = playScale();
      const count = async (options: TranscribeOptions) =>
        (await transcriber.transcribe(audio, options)).notes.length;
      const usual = await count({});
      atMost(await count({ sensitivity: 0 }), usual, "notes at sensitivity 0");
      atLeast(await count({ sensitivity: 1 }), usual + 1, "notes at sensitivity 1");
      const { notes } = await transcriber.transcribe(audio, { minPitch: 62, maxPitch: 65 });
      atLeast(notes.length, 2, "notes of the range");
      ok(
        notes.every(({ pitch }) => pitch >= 62 && pitch <= 65),
        "expected pitches of the range",
      );
      const reference = await transcriber.transcribe(audio, { mode: "reference" });
      atLeast(found(reference.notes), 6, "of 8 notes in mode reference");
    }),

  "wrong options of notes are named": (environment) =>
    withTranscriber(environment, async (transcriber) => {
      const audio = playScale();
      const wrong: [Record<string, unknown>, string][] = [
        [{ sensitivity: 2 }, "sensitivity: expected a number from 0 to 1, got 2"],
        [{ sensitivity: Number.NaN }, "got NaN"],
        [{ sensitivity: "1" }, 'got "1"'],
        [{ minPitch: 20 }, "minPitch: expected a whole number from 21 to 108, got 20"],
        [{ minPitch: 60, maxPitch: 59 }, "maxPitch: expected a whole number from 60 to 108"],
        [{ maxPitch: 60.5 }, "got 60.5"],
        [{ mode: "best" }, 'mode: expected "default" or "reference", got "best"'],
        [{ mode: "reference", sensitivity: 0.5 }, "sensitivity: has no meaning"],
      ];
      for (const [options, words] of wrong) {
        await rejects(
          transcriber.transcribe(audio, options as TranscribeOptions),
          "bad-option",
          words,
        );
      }
      const { divisi } = environment;
      const { notes } = await transcriber.transcribe(audio);
      let code = "";
      try {
        divisi.noteFile(notes, "midi", { tempo: 0 });
      } catch (error) {
        code = (error as { code?: string }).code ?? "";
      }
      equal(code, "bad-option", "the code of a wrong tempo");
    }),

  "transcribing can be cancelled, and goes on with the next song": (environment) =>
    withTranscriber(environment, async (transcriber) => {
      const long = { sampleRate: rate, channels: [noise(30 * rate)] };
      const controller = new AbortController();
      const cancelled = transcriber.transcribe(long, {
        signal: controller.signal,
        onProgress: () => controller.abort(),
      });
      await rejectsAsAborted(cancelled);
      atLeast(found((await transcriber.transcribe(playScale())).notes), 7, "of 8 notes");
      await rejects(
        transcriber.transcribe({ sampleRate: rate, channels: [new Float32Array()] }),
        "bad-audio",
      );
      transcriber.close();
      await rejects(transcriber.transcribe(long), "closed");
    }),

  "another model than one for notes is refused": async ({ divisi, variant, models }) => {
    await rejects(
      divisi.Transcriber.create({ variant, ...models, model: "musicnn-mtt" }),
      "bad-model",
      "expected a notes model, got one for tagging",
    );
  },
};
