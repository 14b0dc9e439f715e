// Beats as the listener corrects them.

import type { Beat, BeatsResult } from "divisi";
import { describe, expect, it } from "vitest";
import {
  type BeatStep,
  correctBeats,
  isPossible,
  withStep,
} from "../../../web-demo/src/analysis/correction.js";

/** Beats a second apart, by the lengths of their bars; the first bar may begin within. */
function beatsOf(lengths: readonly number[], firstNumber = 1): BeatsResult {
  const numbers = lengths
    .flatMap((length) => Array.from({ length }, (_, place) => place + 1))
    .slice(firstNumber - 1);
  const beats = numbers.map(
    (number, index): Beat => ({
      seconds: index + 0.5,
      number,
      tempo: 60,
      confidence: 0.9,
      energyDb: -20,
    }),
  );
  return { beats, tempo: 60, tempoConfidence: 0.8, beatsPerBar: lengths[0] ?? 4 };
}

const corrected = (result: BeatsResult, ...steps: BeatStep[]) => correctBeats(result, steps);
const numbers = ({ beats }: BeatsResult) => beats.map(({ number }) => number).join(" ");
const seconds = ({ beats }: BeatsResult) => beats.map(({ seconds }) => seconds);

describe("twice the tempo", () => {
  it("has a beat between any two, and bars of as many beats", () => {
    const result = corrected(beatsOf([4, 4]), "double");
    expect(numbers(result)).toBe("1 2 3 4 1 2 3 4 1 2 3 4 1 2 3");
    expect(seconds(result).slice(0, 4)).toEqual([0.5, 1, 1.5, 2]);
    expect(result).toMatchObject({ tempo: 120, tempoConfidence: 0.8, beatsPerBar: 4 });
    expect(result.beats[1]).toEqual({
      seconds: 1,
      number: 2,
      tempo: 120,
      confidence: 0.9,
      energyDb: -20,
    });
  });

  it("keeps bars of any length, and a pick-up", () => {
    expect(numbers(corrected(beatsOf([3, 3]), "double"))).toBe("1 2 3 1 2 3 1 2 3 1 2");
    expect(numbers(corrected(beatsOf([4, 2, 4]), "double"))).toBe(
      "1 2 3 4 1 2 3 4 1 2 1 2 1 2 3 4 1 2 3",
    );
    expect(numbers(corrected(beatsOf([4, 4], 4), "double"))).toBe("3 4 1 2 3 4 1 2 3");
  });
});

describe("half the tempo", () => {
  it("keeps every second beat from the downbeat on: two bars become one", () => {
    const result = corrected(beatsOf([4, 4, 4]), "half");
    expect(seconds(result)).toEqual([0.5, 2.5, 4.5, 6.5, 8.5, 10.5]);
    expect(numbers(result)).toBe("1 2 3 4 1 2");
    expect(result).toMatchObject({ tempo: 30, beatsPerBar: 4 });
    expect(numbers(corrected(beatsOf([3, 3, 3]), "half"))).toBe("1 2 3 1 2");
  });

  it("counts a pick-up back from the downbeat", () => {
    const result = corrected(beatsOf([4, 4, 4], 2), "half");
    expect(seconds(result).slice(0, 3)).toEqual([1.5, 3.5, 5.5]);
    expect(numbers(result)).toBe("4 1 2 3 4");
  });

  it("begins anew after a bar of another length", () => {
    const result = corrected(beatsOf([4, 3, 4, 4]), "half");
    expect(seconds(result)).toEqual([0.5, 2.5, 4.5, 6.5, 7.5, 9.5, 11.5, 13.5]);
    expect(numbers(result)).toBe("1 2 3 4 1 2 3 4");
  });

  it("keeps the other beats when the bars were moved by one before", () => {
    const result = corrected(beatsOf([4, 4, 4]), "later", "half");
    expect(seconds(result).slice(0, 3)).toEqual([1.5, 3.5, 5.5]);
    expect(numbers(result)).toBe("1 2 3 4 1 2");
  });
});

it("moves the first of bars by a beat, and beats by half a beat", () => {
  expect(numbers(corrected(beatsOf([4, 4]), "later"))).toBe("4 1 2 3 4 1 2 3");
  expect(numbers(corrected(beatsOf([3, 3], 2), "later"))).toBe("1 2 3 1 2");
  const offBeat = corrected(beatsOf([4]), "offBeat");
  expect(seconds(offBeat)).toEqual([1, 2, 3]);
  expect(numbers(offBeat)).toBe("1 2 3");
});

it("leaves what it is given as it was, and copes with hardly any beats", () => {
  const given = beatsOf([4, 4]);
  corrected(given, "double", "later", "offBeat", "half");
  expect(given).toEqual(beatsOf([4, 4]));
  const none = { beats: [], tempo: undefined, tempoConfidence: 0, beatsPerBar: 0 };
  for (const step of ["half", "double", "later", "offBeat"] as const) {
    expect(corrected(none, step).beats).toEqual([]);
    expect(isPossible(none, step)).toBe(false);
  }
});

describe("clicks", () => {
  const click = (...steps: BeatStep[]) =>
    steps.reduce<readonly BeatStep[]>((all, step) => withStep(all, step, 4), []);

  it("undo each other", () => {
    expect(click("half", "double")).toEqual([]);
    expect(click("later", "double", "half")).toEqual(["later"]);
    expect(click("offBeat", "offBeat")).toEqual([]);
    expect(click("later", "later", "later")).toEqual(["later", "later", "later"]);
    expect(click("double", "later", "later", "later", "later")).toEqual(["double"]);
    expect(click("double", "double")).toEqual(["double", "double"]);
  });

  it("end where nobody taps along", () => {
    const slow = corrected(beatsOf([4, 4]), "half");
    expect(isPossible(beatsOf([4, 4]), "half")).toBe(true);
    expect(isPossible(slow, "half")).toBe(false);
    const fast = corrected(beatsOf([4, 4]), "double", "double");
    expect(isPossible(fast, "double")).toBe(false);
    expect(isPossible(fast, "half")).toBe(true);
  });
});
