/** Keys and chords, of songs whose harmony is known. */

import type { PlanarAudio } from "divisi";
import { atLeast, atMost, equal, ok } from "../check.js";
import type { Case } from "../environment.js";
import { withAnalyser } from "./with_analyser.js";

const rate = 22050;
const cents = 20;

/** Notes by MIDI pitch, 2 s a chord: five harmonics, struck and dying away. */
function playChords(...chords: readonly (readonly number[])[]): PlanarAudio {
  const length = 2 * rate;
  const samples = new Float32Array(chords.length * length);
  for (const [index, notes] of chords.entries()) {
    for (const note of notes) {
      const hz = 440 * 2 ** ((note - 69 + cents / 100) / 12);
      for (let n = 0; n < length; n++) {
        const seconds = n / rate;
        const edge = Math.min(1, seconds / 0.01, (2 - seconds) / 0.01);
        let sum = 0;
        for (let harmonic = 1; harmonic <= 5; harmonic++) {
          sum += Math.sin(2 * Math.PI * hz * harmonic * seconds) / harmonic;
        }
        const at = index * length + n;
        samples[at] = (samples[at] ?? 0) + 0.1 * edge * Math.exp(-seconds) * sum;
      }
    }
  }
  return { sampleRate: rate, channels: [samples] };
}

const c = [48, 60, 64, 67];
const aMinor = [45, 57, 60, 64];
const f = [41, 57, 60, 65];
const g = [43, 55, 59, 62];
const cOverE = [40, 52, 60, 67, 72];

export const harmonyCases: Record<string, Case> = {
  "the key and tuning of a song": (environment) =>
    withAnalyser(environment, { parts: ["key"] }, async (analyser) => {
      const { key } = await analyser.analyse(playChords(c, f, g, c, c, f, g, c));
      ok(key?.key, "expected a key");
      const { tonic, mode, confidence, relative, relativeShare } = key.key;
      equal([tonic, mode, relative], ["C", "major", "A minor"], "key");
      atLeast(confidence, 0.5, "confidence");
      atMost(relativeShare, 0.5, "relativeShare");
      atMost(Math.abs(key.tuningCents - cents), 1, "tuning, from 20 cents");
      atLeast(key.tuningConfidence, 0.9, "tuningConfidence");
      equal(
        key.parts.map(({ tonic, startSeconds, endSeconds }) => [tonic, startSeconds, endSeconds]),
        [["C", 0, 16]],
        "parts",
      );
    }),

  "the chords of a song": (environment) =>
    withAnalyser(environment, { parts: ["chords"] }, async (analyser) => {
      const { chords } = await analyser.analyse(playChords(c, aMinor, f, g, c, f, cOverE, f));
      ok(chords, "expected chords");
      atMost(Math.abs(chords.tuningCents - cents), 1, "tuning, from 20 cents");
      const at = (seconds: number) =>
        chords.chords.find(
          ({ startSeconds, endSeconds }) => startSeconds <= seconds && seconds < endSeconds,
        );
      equal(
        [1, 3, 5, 7, 13].map((seconds) => at(seconds)?.label),
        ["C:maj", "A:min", "F:maj", "G:maj", "C:maj/3"],
        "chords",
      );
      const inverted = at(13);
      equal([inverted?.root, inverted?.quality, inverted?.bass], ["C", "maj", "E"], "C over E");
      atLeast(inverted?.confidence ?? 0, 0.3, "confidence");
      equal(chords.chords[0]?.startSeconds, 0, "start of the first");
      equal(chords.chords.at(-1)?.endSeconds, 16, "end of the last");
    }),

  "silence has no key and no chord": (environment) =>
    withAnalyser(environment, { parts: ["key", "chords"] }, async (analyser) => {
      const silence = { sampleRate: 8000, channels: [new Float32Array(16000)] };
      const { key, chords } = await analyser.analyse(silence);
      equal(
        key,
        { key: undefined, parts: [], tuningCents: 0, tuningConfidence: 0 },
        "key of silence",
      );
      equal(
        chords?.chords,
        [{ startSeconds: 0, endSeconds: 2, label: "N", confidence: 1 }],
        "chords of silence",
      );
    }),
};
