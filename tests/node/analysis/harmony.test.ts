// What the Analyser makes of the core's events of keys and chords, and chords on beats.

import type { Beat, Chord } from "divisi";
import { expect, test } from "vitest";
import { chordOf } from "../../../js/src/analysis/chord_names.js";
import { labelFiles } from "../../../js/src/analysis/formats/labels.js";
import { joinParts, layOnBeats } from "../../../js/src/analysis/lay_on_beats.js";

const beatsAt = (...seconds: number[]): Beat[] =>
  seconds.map((second, index) => ({
    seconds: second,
    number: (index % 4) + 1,
    tempo: 60,
    confidence: 1,
    energyDb: -20,
  }));

const chord = (startSeconds: number, endSeconds: number, label: string, confidence = 1): Chord => ({
  startSeconds,
  endSeconds,
  label,
  confidence,
});

test.each([
  ["N", -1, { label: "N" }],
  ["X", -1, { label: "X" }],
  ["C:maj", 0, { label: "C:maj", root: "C", quality: "maj", bass: "C" }],
  ["C:maj", 4, { label: "C:maj/3", root: "C", quality: "maj", bass: "E" }],
  ["A#:min7", 8, { label: "A#:min7/b7", root: "A#", quality: "min7", bass: "G#" }],
  ["G:7", 5, { label: "G:7/b7", root: "G", quality: "7", bass: "F" }],
])("%s over %d", (label, bass, expected) => {
  expect(chordOf(label, bass)).toEqual(expected);
});

test("borders near a beat move to it, others stay", () => {
  const chords = [
    chord(0, 1.2, "C:maj"),
    chord(1.2, 2.5, "F:maj"),
    chord(2.5, 3.95, "G:maj"),
    chord(3.95, 5.6, "C:maj"),
  ];
  const laid = layOnBeats(chords, beatsAt(1, 2, 3, 4));
  expect(laid.map(({ startSeconds, endSeconds }) => [startSeconds, endSeconds])).toEqual([
    [0, 1],
    [1, 2.5],
    [2.5, 4],
    [4, 5.6],
  ]);
  expect(laid.map(({ label }) => label)).toEqual(["C:maj", "F:maj", "G:maj", "C:maj"]);
});

test("a chord of which nothing is left goes, and its neighbours become one", () => {
  const chords = [
    chord(0, 1.9, "C:maj", 0.5),
    chord(1.9, 2.1, "A:min"),
    chord(2.1, 4, "C:maj", 0.9),
  ];
  const [only, ...others] = layOnBeats(chords, beatsAt(1, 2, 3));
  expect(others).toEqual([]);
  expect(only).toMatchObject({ startSeconds: 0, endSeconds: 4, label: "C:maj" });
  expect(only?.confidence).toBeCloseTo(0.7);
});

test.each([[[]], [[1]]])("without beats to lie on, %j, chords stay as they are", (seconds) => {
  const chords = [chord(0, 1.1, "C:maj"), chord(1.1, 2, "G:maj")];
  expect(layOnBeats(chords, beatsAt(...seconds))).toEqual(chords);
});

test("an analysis with beats has its chords on them, one without has them as they were heard", () => {
  const chords = { chords: [chord(0, 1.1, "C:maj"), chord(1.1, 2, "G:maj")], tuningCents: 3 };
  const beats = { beats: beatsAt(0, 1, 2), tempo: 60, tempoConfidence: 1, beatsPerBar: 4 };
  const joined = joinParts({ durationSeconds: 2, chords, beats });
  expect(joined.chords?.chords[1]?.startSeconds).toBe(1);
  expect(joined.chords?.tuningCents).toBe(3);
  expect(joinParts({ durationSeconds: 2, chords }).chords).toEqual(chords);
});

const harmony = {
  durationSeconds: 4,
  key: {
    key: undefined,
    parts: [
      {
        startSeconds: 0,
        endSeconds: 4,
        tonic: "F#",
        mode: "minor" as const,
        confidence: 0.5,
        relative: "A major",
        relativeShare: 0.25,
      },
    ],
    tuningCents: 0,
    tuningConfidence: 1,
  },
  chords: {
    chords: [
      chord(0, 1, "N"),
      { ...chord(1, 4, "F#:min/b3", 0.5), root: "F#", quality: "min", bass: "A" },
    ],
    tuningCents: 0,
  },
};

test.each([
  [
    "lab",
    ["0.000000\t4.000000\tF#:minor\n", "0.000000\t1.000000\tN\n1.000000\t4.000000\tF#:min/b3\n"],
  ],
  [
    "audacity",
    ["0.000000\t4.000000\tF#:minor\n", "0.000000\t1.000000\tN\n1.000000\t4.000000\tF#:min/b3\n"],
  ],
  [
    "csv",
    [
      "start,end,tonic,mode,confidence,relative,relativeShare\r\n" +
        "0.000000,4.000000,F#,minor,0.500000,A major,0.250000\r\n",
      "start,end,label,root,quality,bass,confidence\r\n" +
        "0.000000,1.000000,N,,,,1.000000\r\n1.000000,4.000000,F#:min/b3,F#,min,A,0.500000\r\n",
    ],
  ],
] as const)("keys and chords as %s", (format, texts) => {
  expect(labelFiles(harmony, format).map(({ text }) => text)).toEqual(texts);
});
