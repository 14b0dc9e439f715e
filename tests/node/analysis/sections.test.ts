// Sections on downbeats, and as files.

import type { Beat, Section } from "divisi";
import { expect, test } from "vitest";
import { labelFiles } from "../../../js/src/analysis/formats/labels.js";
import { joinParts, layOnDownbeats } from "../../../js/src/analysis/lay_on_beats.js";

/** Bars of four beats a second long, from `first` on. */
function bars(count: number, first = 0): Beat[] {
  return Array.from({ length: 4 * count }, (_, index) => ({
    seconds: first + index / 4,
    number: 1 + (index % 4),
    tempo: 240,
    confidence: 1,
    energyDb: -20,
  }));
}

function sectionsAt(...borders: number[]): Section[] {
  return borders.slice(1).map((endSeconds, index) => ({
    startSeconds: borders[index] ?? 0,
    endSeconds,
    label: "AB"[index % 2] ?? "",
    name: index % 2 === 1 ? "chorus" : undefined,
    confidence: 0.5,
    isHook: index % 2 === 1,
  }));
}

const bordersOf = (sections: readonly Section[]) => [
  sections[0]?.startSeconds,
  ...sections.map(({ endSeconds }) => endSeconds),
];

test("borders move to the nearest downbeat, and the rest of a section stays as it is", () => {
  const sections = sectionsAt(0, 8.3, 15.6, 24.4);
  const laid = layOnDownbeats(sections, bars(24));
  expect(bordersOf(laid)).toEqual([0, 8, 16, 24.4]);
  expect(laid.map(({ label, name, isHook }) => [label, name, isHook])).toEqual([
    ["A", undefined, false],
    ["B", "chorus", true],
    ["A", undefined, false],
  ]);
  for (const [index, { startSeconds }] of laid.entries()) {
    expect(startSeconds).toBe(laid[index - 1]?.endSeconds ?? 0);
  }
});

test("borders without a downbeat within half a bar stay", () => {
  expect(bordersOf(layOnDownbeats(sectionsAt(0, 8.3, 20.3, 40), bars(12, 4)))).toEqual([
    0, 8, 20.3, 40,
  ]);
  for (const beats of [[], bars(1), bars(3).filter(({ number }) => number !== 1)]) {
    expect(bordersOf(layOnDownbeats(sectionsAt(0, 8.3, 20), beats))).toEqual([0, 8.3, 20]);
  }
});

test("no section becomes empty", () => {
  const laid = layOnDownbeats(sectionsAt(0, 0.3, 8.9, 9.1, 9.4), bars(12));
  const borders = bordersOf(laid) as number[];
  for (const [index, border] of borders.slice(1).entries()) {
    expect(border).toBeGreaterThan(borders[index] ?? 0);
  }
});

test("an analysis with beats has its sections on downbeats, one without as they were heard", () => {
  const sections = { sections: sectionsAt(0, 8.3, 12) };
  const beats = { beats: bars(12), tempo: 240, tempoConfidence: 1, beatsPerBar: 4 };
  const joined = joinParts({ durationSeconds: 12, sections, beats });
  expect(joined.sections?.sections[1]?.startSeconds).toBe(8);
  expect(joinParts({ durationSeconds: 12, sections }).sections).toEqual(sections);
  expect(joinParts({ durationSeconds: 12, beats })).toEqual({ durationSeconds: 12, beats });
});

test.each([
  ["lab", "sections.lab", "0.000000\t8.300000\tA\n8.300000\t12.000000\tB chorus\n"],
  ["audacity", "sections.txt", "0.000000\t8.300000\tA\n8.300000\t12.000000\tB chorus\n"],
  [
    "csv",
    "sections.csv",
    "start,end,label,name,confidence,isHook\r\n" +
      "0.000000,8.300000,A,,0.500000,false\r\n8.300000,12.000000,B,chorus,0.500000,true\r\n",
  ],
] as const)("as %s", (format, name, text) => {
  const sections = { sections: sectionsAt(0, 8.3, 12) };
  expect(labelFiles({ durationSeconds: 12, sections }, format)).toEqual([{ name, text }]);
});
