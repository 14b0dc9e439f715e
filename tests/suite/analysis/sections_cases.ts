/** Sections, of songs whose form is known, and the energy of beats. */

import type { PlanarAudio } from "divisi";
import { atLeast, atMost, equal, ok, rejects } from "../check.js";
import type { Case } from "../environment.js";
import { withAnalyser } from "./with_analyser.js";

const rate = 22050;
const sectionSeconds = 12;

const progressions = {
  A: [
    [48, 60, 64, 67],
    [45, 57, 60, 64],
    [41, 57, 60, 65],
    [43, 55, 59, 62],
  ],
  B: [
    [40, 52, 55, 59],
    [38, 54, 57, 62],
    [47, 54, 59, 62],
    [42, 54, 58, 61],
    [37, 52, 56, 61],
    [44, 56, 60, 63],
  ],
} as const;

/** A chord a second, twelve a section; B is louder, and has a drum on each half second. */
function playForm(form: string): PlanarAudio {
  const samples = new Float32Array(form.length * sectionSeconds * rate);
  for (const [place, kind] of [...form].entries()) {
    const chords = progressions[kind as "A" | "B"];
    const gain = kind === "B" ? 0.1 : 0.05;
    for (let second = 0; second < sectionSeconds; second++) {
      const begin = (place * sectionSeconds + second) * rate;
      for (let n = 0; n < rate; n++) {
        const seconds = n / rate;
        const edge = Math.min(1, seconds / 0.01, (1 - seconds) / 0.01) * Math.exp(-seconds);
        let sum = 0;
        for (const note of chords[second % chords.length] ?? []) {
          const hz = 440 * 2 ** ((note - 69) / 12);
          for (let harmonic = 1; harmonic <= 4; harmonic++) {
            sum += Math.sin(2 * Math.PI * hz * harmonic * seconds) / harmonic;
          }
        }
        const tick = kind === "B" ? Math.exp(-40 * (seconds % 0.5)) : 0;
        const hiss = 0.3 * tick * Math.sin(7919 * n * n);
        samples[begin + n] = gain * edge * sum + hiss;
      }
    }
  }
  return { sampleRate: rate, channels: [samples] };
}

/** A tone where `form` has a "v". */
function singForm(form: string, length: number): PlanarAudio {
  const samples = new Float32Array(length);
  for (let n = 0; n < length; n++) {
    const seconds = n / rate;
    if (form[Math.floor(seconds / sectionSeconds)] !== "v") continue;
    samples[n] = 0.2 * Math.sin(2 * Math.PI * 440 * seconds);
  }
  return { sampleRate: rate, channels: [samples, samples] };
}

export const sectionsCases: Record<string, Case> = {
  "the voice makes the hook, where its stem is known": (environment) =>
    withAnalyser(environment, { parts: ["sections"] }, async (analyser) => {
      const mix = playForm("ABABA");
      const vocals = singForm("v-v-v", mix.channels[0]?.length ?? 0);
      const { sections } = await analyser.analyse(mix, {
        stems: { vocals: vocals.channels, other: mix },
      });
      equal(
        sections?.sections.map(({ label, name, isHook }) => [label, name, isHook]),
        [
          ["A", "chorus", true],
          ["B", "instrumental", false],
          ["A", "chorus", true],
          ["B", "instrumental", false],
          ["A", "chorus", true],
        ],
        "sections",
      );
      for (const [index, { voiceShare = Number.NaN }] of (sections?.sections ?? []).entries()) {
        atMost(Math.abs(voiceShare - (index % 2 === 0 ? 1 : 0)), 0.2, `voiceShare of ${index}`);
      }
      const other = { ...vocals, sampleRate: 44100 };
      await rejects(analyser.analyse(mix, { stems: { vocals: other } }), "bad-audio", "vocals");
      await rejects(
        analyser.analyse(mix, { stems: null as unknown as Record<string, PlanarAudio> }),
        "bad-option",
        "stems",
      );
    }),

  "the sections of a song": (environment) =>
    withAnalyser(environment, { parts: ["sections"] }, async (analyser) => {
      const { durationSeconds, sections } = await analyser.analyse(playForm("ABAB"));
      ok(sections, "expected sections");
      const found = sections.sections;
      equal(
        found.map(({ label, name, isHook }) => [label, name, isHook]),
        [
          ["A", "verse", false],
          ["B", "chorus", true],
          ["A", "verse", false],
          ["B", "chorus", true],
        ],
        "sections",
      );
      for (const [index, { startSeconds, endSeconds, confidence }] of found.entries()) {
        equal(startSeconds, found[index - 1]?.endSeconds ?? 0, `start of section ${index}`);
        // The usual tolerance.
        atMost(Math.abs(startSeconds - index * sectionSeconds), 3, `distance of border ${index}`);
        atLeast(confidence, 0.1, `confidence of section ${index}`);
        atMost(confidence, 1, `confidence of section ${index}`);
        if (index === found.length - 1) equal(endSeconds, durationSeconds, "end of the last");
      }
    }),

  "silence has no sections": (environment) =>
    withAnalyser(environment, { parts: ["sections"] }, async (analyser) => {
      const silence = { sampleRate: 8000, channels: [new Float32Array(160000)] };
      const { sections } = await analyser.analyse(silence);
      equal(sections, { sections: [] }, "of silence");
    }),

  "beats have the level up to the next one": (environment) =>
    withAnalyser(environment, { parts: ["beats"] }, async (analyser) => {
      const { beats } = await analyser.analyse(playForm("ABAB"));
      ok(beats && beats.beats.length > 20, "expected beats");
      const meanOf = (place: number) => {
        const inside = beats.beats.filter(
          ({ seconds }) => Math.floor(seconds / sectionSeconds) === place,
        );
        return inside.reduce((sum, { energyDb }) => sum + energyDb, 0) / inside.length;
      };
      // B's chords are 6 dB louder, and its drum adds to that.
      for (const place of [1, 3]) atLeast(meanOf(place) - meanOf(place - 1), 5, "B above A, dB");
      for (const { energyDb } of beats.beats) {
        atLeast(energyDb, -120, "energyDb");
        atMost(energyDb, 0, "energyDb");
      }
    }),
};
