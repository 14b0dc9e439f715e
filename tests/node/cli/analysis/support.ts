/** Analyses to write down, for the tests of formats. */

import type {
  AnalysisResult,
  Beat,
  BeatsResult,
  Chord,
  KeyPart,
  Section,
  SectionName,
} from "divisi";

/** @param numbers the places of the beats in their bars */
export function beatsAt(seconds: readonly number[], numbers: readonly number[]): BeatsResult {
  const beats = seconds.map(
    (time, index): Beat => ({
      seconds: time,
      number: numbers[index] ?? Number.NaN,
      tempo: 60 / ((seconds[index + 1] ?? time + 0.5) - time),
      confidence: 0.75,
      energyDb: -20 - index,
    }),
  );
  return { beats, tempo: 118.5, tempoConfidence: 0.9, beatsPerBar: 4 };
}

export function chord(label: string, startSeconds: number, endSeconds: number): Chord {
  return { label, startSeconds, endSeconds, confidence: 0.5 };
}

export function keyPart(
  tonic: string,
  mode: "major" | "minor",
  startSeconds: number,
  endSeconds: number,
): KeyPart {
  const relative = "not written";
  return { tonic, mode, startSeconds, endSeconds, confidence: 0.6, relative, relativeShare: 0.2 };
}

function section(
  label: string,
  name: SectionName | undefined,
  startSeconds: number,
  endSeconds: number,
): Section {
  return { label, name, startSeconds, endSeconds, confidence: 0.4, isHook: name === undefined };
}

/** 21 beats in bars of 4 that get faster by jumps no reader can guess, from the third of a bar on. */
export const song: AnalysisResult = {
  durationSeconds: 12,
  beats: beatsAt(
    Array.from({ length: 21 }, (_, n) => 1.234567 + n * 0.5 - n * n * 0.0017 + 0.003 * (n % 3)),
    Array.from({ length: 21 }, (_, n) => 1 + ((n + 2) % 4)),
  ),
  key: {
    key: keyPart("A", "minor", 0, 12),
    parts: [keyPart("A", "minor", 0, 6), keyPart("D#", "major", 6, 12)],
    tuningCents: -7,
    tuningConfidence: 0.8,
  },
  chords: {
    chords: [chord("N", 0, 1.2), chord("A:min7", 1.2, 6), chord("D#:maj/3", 6, 12)],
    tuningCents: -8,
  },
  sections: {
    sections: [section("A", "verse", 0, 6), section("B", undefined, 6, 12)],
  },
};
