// Beats as a grid: what loops snap to, what the ruler shows; chords as they are written.

import type { Beat } from "divisi";
import { describe, expect, it } from "vitest";
import {
  barsOf,
  indexAt,
  nearest,
  neighbour,
  stretch,
} from "../../../web-demo/src/analysis/beat_grid.js";
import { chordText } from "../../../web-demo/src/analysis/chord_text.js";
import { rulerMarks, showsBeats } from "../../../web-demo/src/timeline/ruler_marks.js";

/** Half a second apart from 1 s on, four in a bar; the first is number `first`. */
const beatsFrom = (first: number, count: number): Beat[] =>
  Array.from({ length: count }, (_, index) => ({
    seconds: 1 + index / 2,
    number: ((first - 1 + index) % 4) + 1,
    tempo: 120,
    confidence: 1,
    energyDb: -20,
  }));

const beats = beatsFrom(1, 400);
const bars = barsOf(beats);

it("numbers bars from 1, and a pick-up 0", () => {
  expect(bars.slice(0, 2)).toEqual([
    { seconds: 1, number: 1, index: 0 },
    { seconds: 3, number: 2, index: 4 },
  ]);
  expect(barsOf(beatsFrom(3, 8)).map(({ number, seconds }) => [number, seconds])).toEqual([
    [0, 1],
    [1, 2],
    [2, 4],
  ]);
  expect(barsOf([])).toEqual([]);
});

describe("snapping", () => {
  it("finds the nearest beat", () => {
    expect([0, 1, 1.2, 1.3, 1.5, 500].map((seconds) => nearest(beats, seconds))).toEqual([
      1, 1, 1, 1.5, 1.5, 200.5,
    ]);
    expect(nearest([], 7.3)).toBe(7.3);
    expect([0.9, 1, 1.4].map((seconds) => indexAt(beats, seconds))).toEqual([-1, 0, 0]);
  });

  it("steps from beat to beat, also from between two", () => {
    expect(neighbour(beats, 2, 1)).toBe(2.5);
    expect(neighbour(beats, 2, -1)).toBe(1.5);
    expect(neighbour(beats, 2.2, 1)).toBe(2.5);
    expect(neighbour(beats, 2.2, -1)).toBe(2);
    // A loop's end that was rounded to a frame is on its beat.
    expect(neighbour(beats, 1.99999, 1)).toBe(2.5);
    expect(neighbour(beats, 1, -1)).toBeUndefined();
  });

  it("draws at least one beat, in the direction of the hand", () => {
    expect(stretch(beats, 2.1, 4.1)).toEqual({ start: 2, end: 4 });
    expect(stretch(beats, 4.1, 2.1)).toEqual({ start: 2, end: 4 });
    expect(stretch(beats, 2.05, 2.1)).toEqual({ start: 2, end: 2.5 });
    expect(stretch(beats, 2.1, 2.05)).toEqual({ start: 1.5, end: 2 });
  });
});

describe("the ruler", () => {
  const marks = (start: number, end: number, pixels: number) =>
    rulerMarks(beats, bars, { start, end }, pixels / (end - start));

  it("has bars and beats from near", () => {
    const near = marks(3, 7, 800);
    expect(near.numbers.map(({ number }) => number)).toEqual([2, 3, 4]);
    expect(near.bars).toEqual([3, 5, 7]);
    expect(near.beats).toEqual([3.5, 4, 4.5, 5.5, 6, 6.5]);
  });

  it("has fewer and fewer marks from afar, and never more than can be read", () => {
    const whole = marks(0, 200, 1000);
    expect(whole.beats).toEqual([]);
    expect(whole.bars.length).toBe(100);
    expect(whole.numbers.map(({ number }) => number).slice(0, 3)).toEqual([1, 9, 17]);
    expect(showsBeats(beats, 1000 / 200)).toBe(false);
    const phone = marks(0, 200, 300);
    expect(phone.bars.length).toBe(phone.numbers.length);
    expect(phone.numbers.length).toBeLessThanOrEqual(300 / 44 + 1);
  });

  it("is empty without beats", () => {
    expect(rulerMarks([], [], { start: 0, end: 10 }, 100)).toEqual({
      numbers: [],
      bars: [],
      beats: [],
    });
  });
});

it("writes chords as musicians do", () => {
  const text = (root: string, quality: string, bass = root) =>
    chordText({ startSeconds: 0, endSeconds: 1, label: "", root, quality, bass, confidence: 1 });
  expect([text("C", "maj"), text("F#", "min7"), text("A#", "maj", "D")]).toEqual([
    "C",
    "F♯m7",
    "A♯/D",
  ]);
  expect([text("B", "hdim7"), text("G", "7"), text("D", "sus4")]).toEqual(["Bm7♭5", "G7", "Dsus4"]);
  const unnamed = { startSeconds: 0, endSeconds: 1, confidence: 1 };
  expect(chordText({ ...unnamed, label: "N" })).toBe("N.C.");
  expect(chordText({ ...unnamed, label: "X" })).toBe("?");
});
