/** The quality bench's scores and verdicts (tests/bench/quality), on numbers worked out by hand. */

import { describe, expect, test } from "vitest";
import { leakRises, losses, violations } from "../bench/quality/losses.js";
import type { Dtype, Score } from "../bench/quality/measure.js";
import { isSilent, leak, median, sdr } from "../bench/quality/scoring.js";

const rate = 1000;

/** One value for each second, held. */
function held(...seconds: number[]): Float32Array {
  return Float32Array.from(seconds.flatMap((value) => Array.from({ length: rate }, () => value)));
}

describe("SDR", () => {
  test("is the median over seconds of the truth's energy over the error's", () => {
    const truth = [held(1, 1, 1)];
    // Errors of 0.1, 0.01 and 0.5: 20, 40 and 6.02 dB.
    expect(sdr(truth, [held(0.9, 0.99, 0.5)], rate)).toBeCloseTo(20, 4);
    expect(sdr(truth, [held(0.9, 0.99, 1.5)], rate)).toBeCloseTo(20, 4);
  });

  test("takes both channels together", () => {
    // Energy 1 + 4 over errors of 0 + 1.
    expect(sdr([held(1), held(2)], [held(1), held(1)], rate)).toBeCloseTo(10 * Math.log10(5), 6);
  });

  test("leaves out seconds in which the truth or the estimate is silent, and the rest", () => {
    expect(sdr([held(0, 1, 1)], [held(0.5, 0.9, 0)], rate)).toBeCloseTo(20, 4);
    // Energy below 1e-9 a sample counts as silence.
    expect(sdr([held(3e-5, 1)], [held(1, 0.9)], rate)).toBeCloseTo(20, 4);
    const longer = Float32Array.from([...held(1), ...held(1).subarray(1)]);
    const estimate = Float32Array.from([...held(0.9), ...held(0).subarray(1)]);
    expect(sdr([longer], [estimate], rate)).toBeCloseTo(20, 4);
    expect(sdr([held(0)], [held(1)], rate)).toBeNaN();
  });

  test("is 0 dB for silence's rival, the estimate of almost nothing, and high for the truth", () => {
    expect(sdr([held(1)], [held(1e-6)], rate)).toBeCloseTo(0, 4);
    expect(sdr([held(1)], [held(1)], rate)).toBeCloseTo(200, 6);
  });

  test("does not hide a wrong length or a NaN", () => {
    expect(sdr([held(1, 1)], [held(0.9)], rate)).toBeNaN();
    expect(sdr([held(1, 1, 1)], [held(0.9, Number.NaN, 0.9)], rate)).toBeNaN();
  });
});

test("leak is the estimate's energy over the mix's", () => {
  expect(leak([held(0.01), held(0)], [held(1), held(0)])).toBeCloseTo(-40, 4);
  expect(leak([held(0)], [held(1)])).toBeLessThan(-200);
});

test("the median of an even number is the mean of the middle two", () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 2, 3])).toBe(2.5);
  expect(median([])).toBeNaN();
  expect(isSilent([held(0), held(0)])).toBe(true);
  expect(isSilent([held(0), held(0, 1e-9)])).toBe(false);
});

describe("verdicts", () => {
  const score = (mix: string, dtype: Dtype, vocals?: number, leaked?: number): Score => ({
    mix,
    setting: "default",
    dtype,
    vocals,
    accompaniment: vocals,
    leak: leaked,
  });
  const base = [
    score("a", "f32", 10),
    score("b", "f32", 5),
    score("c", "f32", 8),
    score("i", "f32", undefined, -40),
  ];

  test("name the median, the worst mix and the leak", () => {
    const scores = [
      ...base,
      score("a", "int8", 9.95),
      score("b", "int8", 4.8),
      score("c", "int8", 8.1),
      score("i", "int8", undefined, -37),
    ];
    const [vocals] = losses(scores, "int8");
    expect(vocals?.median).toBeCloseTo(0.05);
    expect(vocals?.worst).toBeCloseTo(0.2);
    expect(vocals?.worstMix).toBe("b");
    expect(vocals?.mixes).toBe(3);
    expect(leakRises(scores, "int8")[0]?.worst).toBeCloseTo(3);
    expect(violations(scores, "int8")).toEqual([]);
    expect(losses(scores, "f16")).toEqual([]);
  });

  test("are against a loss in the median, in one mix, and in leak", () => {
    const bad = (a: number, b: number, c: number, i: number) =>
      violations(
        [
          ...base,
          score("a", "int8", a),
          score("b", "int8", b),
          score("c", "int8", c),
          score("i", "int8", undefined, i),
        ],
        "int8",
      );
    expect(bad(9.85, 4.85, 7.85, -40)).toEqual([
      expect.stringContaining("vocals: the median loss is 0.15 dB"),
      expect.stringContaining("accompaniment: the median loss is 0.15 dB"),
    ]);
    expect(bad(10, 4.6, 8, -40)).toContainEqual(expect.stringContaining("b loses 0.40 dB"));
    expect(bad(10, 5, 8, -35)).toEqual([expect.stringContaining("leak of i rises by 5.00 dB")]);
    expect(bad(10, Number.NaN, 8, -40)).not.toEqual([]);
  });
});
