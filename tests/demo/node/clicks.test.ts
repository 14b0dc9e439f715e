// When the metronome clicks: on the beats, through loops, and before the song starts.

import type { Beat } from "divisi";
import { describe, expect, it } from "vitest";
import { clickSamples } from "../../../web-demo/src/metronome/click_sound.js";
import { clicksFrom, countIn } from "../../../web-demo/src/metronome/clicks.js";
import { placeAfter } from "../../../web-demo/src/player/song_course.js";

/** Half a second apart from `first` on, three in a bar. */
const beatsFrom = (first: number, count: number): Beat[] =>
  Array.from({ length: count }, (_, index) => ({
    seconds: first + index / 2,
    number: (index % 3) + 1,
    tempo: 120,
    confidence: 1,
    energyDb: -20,
  }));

const beats = beatsFrom(1, 100);
const times = (clicks: readonly { readonly contextTime: number }[]) =>
  clicks.map(({ contextTime }) => Number(contextTime.toFixed(6)));

describe("in a song", () => {
  it("clicks on beats, on the audio's clock, the first of bars accented", () => {
    const clicks = clicksFrom(beats, { contextTime: 100, songTime: 2 }, 2, undefined);
    // The beat at 4 s belongs to the next stretch.
    expect(times(clicks)).toEqual([100, 100.5, 101, 101.5]);
    expect(clicks.map(({ accented }) => accented)).toEqual([false, true, false, false]);
    const next = clicksFrom(beats, { contextTime: 102, songTime: 4 }, 1, undefined);
    expect(times(next)).toEqual([102, 102.5]);
  });

  it("counts a place that was rounded past a beat as one on it", () => {
    const clicks = clicksFrom(beats, { contextTime: 7, songTime: 2.00001 }, 0.4, undefined);
    expect(clicks).toHaveLength(1);
    expect(clicks[0]?.contextTime).toBeCloseTo(7, 4);
  });

  it("clicks nowhere before the first beat and after the last", () => {
    expect(times(clicksFrom(beats, { contextTime: 0, songTime: 0 }, 1.2, undefined))).toEqual([1]);
    expect(clicksFrom(beats, { contextTime: 0, songTime: 60 }, 10, undefined)).toEqual([]);
    expect(clicksFrom([], { contextTime: 0, songTime: 0 }, 10, undefined)).toEqual([]);
  });

  it("goes around with the loop, however short", () => {
    const loop = { start: 2.2, end: 3.4 };
    const clicks = clicksFrom(beats, { contextTime: 50, songTime: 3.2 }, 2.4, loop);
    // Beats at 2.5 and 3 in the loop: 0.3 and 0.8 s after each of its starts, at 50.2, 51.4.
    expect(times(clicks)).toEqual([50.5, 51, 51.7, 52.2]);
    const tiny = clicksFrom(beats, { contextTime: 0, songTime: 2.45 }, 1, {
      start: 2.45,
      end: 2.55,
    });
    expect(times(tiny)).toEqual([0.05, 0.15, 0.25, 0.35, 0.45, 0.55, 0.65, 0.75, 0.85, 0.95]);
    // After its end a loop is of no account.
    expect(times(clicksFrom(beats, { contextTime: 0, songTime: 3.6 }, 1, loop))).toEqual([
      0.4, 0.9,
    ]);
  });

  it("says where the song will be", () => {
    const loop = { start: 2, end: 3 };
    expect(placeAfter({ contextTime: 5, songTime: 1 }, 0.5, loop)).toEqual({
      contextTime: 5.5,
      songTime: 1.5,
    });
    expect(placeAfter({ contextTime: 5, songTime: 2.5 }, 2.75, loop).songTime).toBeCloseTo(2.25);
    expect(placeAfter({ contextTime: 5, songTime: 3.5 }, 1, loop).songTime).toBe(4.5);
  });
});

describe("the count before a song", () => {
  it("is a bar that leads to the beat at the start", () => {
    const count = countIn(beats, 3, 4);
    // The beat at 4 s is the first of a bar.
    expect(count?.seconds).toBeCloseTo(1.5);
    expect(count?.clicks).toEqual([
      { seconds: 0, accented: true },
      { seconds: 0.5, accented: false },
      { seconds: 1, accented: false },
    ]);
  });

  it("is in phase where the song starts between beats, or within a bar", () => {
    const count = countIn(beats, 3, 4.3);
    // To the beat at 4.5 s, which is the second of its bar.
    expect(count?.seconds).toBeCloseTo(1.3);
    expect(count?.clicks.map(({ accented }) => accented)).toEqual([false, false, true]);
    // A start that was rounded to the frame after the beat is one on it.
    expect(countIn(beats, 3, 4.005)?.seconds).toBeCloseTo(1.505);
  });

  it("counts on through an introduction without beats", () => {
    const late = beatsFrom(9.75, 20);
    const count = countIn(late, 3, 0);
    // The first of bars at 9.75 s is 19 beats after 0.25 s, where the third of a bar would be.
    expect(count?.seconds).toBeCloseTo(1.25);
    expect(count?.clicks.map(({ accented }) => accented)).toEqual([false, true, false]);
  });

  it("is none where no beats follow", () => {
    expect(countIn([], 0, 0)).toBeUndefined();
    expect(countIn(beats, 3, 60)).toBeUndefined();
  });
});

it("makes clicks that are loudest at their first sample and told apart by pitch", () => {
  const crossings = (samples: Float32Array) =>
    samples.filter((value, at) => value > 0 && (samples[at + 1] ?? 0) <= 0).length;
  const [accented, plain] = [clickSamples(48000, true), clickSamples(48000, false)];
  for (const samples of [accented, plain]) {
    expect(samples[0]).toBe(1);
    expect(Math.abs(samples.at(-1) ?? 1)).toBeLessThan(0.01);
  }
  expect(crossings(accented)).toBeGreaterThan(1.3 * crossings(plain));
});
