// The bench's arithmetic: what counts, what is divided by what, and when figures are distrusted.
import { describe, expect, test } from "vitest";
import type { NoiseRecord } from "../bench/driver/quiet.js";
import { withFigures } from "../bench/report/documents.js";
import { toMarkdown } from "../bench/report/markdown.js";
import { judge } from "../bench/report/noise.js";
import { plot } from "../bench/report/plot.js";
import type { Report } from "../bench/report/report.js";
import {
  countedSamples,
  median,
  ratio,
  relativeError,
  type Sample,
  summarise,
} from "../bench/report/statistics.js";
import { compareWithTargets, targets } from "../bench/report/targets.js";

const samples = (times: readonly number[], noisyRounds: readonly number[] = []): Sample[] =>
  times.map((milliseconds, round) => ({
    round,
    milliseconds,
    quiet: !noisyRounds.includes(round),
  }));

describe("median", () => {
  test("is the middle value, whatever the order", () => {
    expect(median([30, 10, 20])).toBe(20);
    expect(median([40, 10, 30, 20])).toBe(25);
    expect(median([7])).toBe(7);
  });

  test("of nothing is an error, not a figure", () => {
    expect(() => median([])).toThrow("nothing");
  });
});

describe("samples", () => {
  test("taken beside other work do not count where enough others are left", () => {
    const taken = samples([100, 900, 102, 104], [1]);
    expect(summarise(taken)).toEqual({ median: 102, min: 100, spread: 1.02, used: 3, taken: 4 });
  });

  test("all count where too few are left", () => {
    expect(countedSamples(samples([100, 900, 102], [0, 1]))).toHaveLength(3);
    expect(countedSamples(samples([100, 900], [0]))).toHaveLength(2);
  });

  test("all count where all are quiet", () => {
    expect(countedSamples(samples([1, 2]))).toHaveLength(2);
  });
});

describe("ratio", () => {
  test("compares within rounds: a machine that slows down slows both", () => {
    const ours = samples([50, 100, 150]);
    const theirs = samples([100, 200, 300]);
    expect(ratio(ours, theirs)).toBe(0.5);
    // The medians alone would give 1.5: the rounds have drifted apart.
    const later: Sample[] = theirs.slice(0, 1);
    expect(ratio(ours, later)).toBe(0.5);
  });

  test("falls back on the medians where no round is common", () => {
    const theirs: Sample[] = [{ round: 9, milliseconds: 200, quiet: true }];
    expect(ratio(samples([100, 120, 140]), theirs)).toBe(0.6);
  });
});

describe("relative error", () => {
  test("is the largest difference over the peak", () => {
    expect(relativeError(Float32Array.of(0, -4, 2), Float32Array.of(0, -4, 3))).toBe(0.25);
    expect(relativeError(Float32Array.of(1), Float32Array.of(1))).toBe(0);
  });

  test("is infinite for NaN and for another length", () => {
    const wanted = Float32Array.of(1, 2, 3);
    expect(relativeError(wanted, Float32Array.of(1, Number.NaN, 3))).toBe(Number.POSITIVE_INFINITY);
    expect(relativeError(wanted, Float32Array.of(1, 2))).toBe(Number.POSITIVE_INFINITY);
  });
});

const quiet: NoiseRecord = {
  calibration: { min: 10, median: 10.2, max: 14 },
  disturbed: 0.05,
  measurements: 100,
  waitedSeconds: 0,
  idleBusy: 0.01,
  loadBefore: 0.2,
  loadAfter: 1.1,
};

describe("the verdict on noise", () => {
  test("trusts a quiet machine, also when one contender is restless", () => {
    const spreads = { a: 1.01, b: 1.02, c: 1.05, d: 1.4 };
    expect(judge(quiet, spreads)).toEqual({ trusted: true, reasons: [] });
  });

  test.each([
    ["disturbed measurements", { disturbed: 0.4 }, {}, "40 % of the measurements"],
    ["a slow calibration", { calibration: { min: 10, median: 12, max: 30 } }, {}, "20 % longer"],
    ["other work", { idleBusy: 0.5 }, {}, "50 % of the processors"],
    ["restless figures", {}, { a: 1.3, b: 1.3 }, "a 30 %"],
  ])("distrusts %s and says why", (_name, change, spreads, reason) => {
    const verdict = judge({ ...quiet, ...change }, { ...spreads, c: 1.0 });
    expect(verdict.trusted).toBe(false);
    expect(verdict.reasons.join()).toContain(reason);
  });
});

describe("targets", () => {
  test("are reached up to their limit, and not judged without a figure", () => {
    const [first] = targets;
    if (!first) throw new Error("there are no targets");
    const at = (value: number) => compareWithTargets({ [first.section]: { [first.key]: value } });
    expect(at(first.limit)[0]).toMatchObject({ value: first.limit, reached: true });
    expect(at(first.limit * 1.01)[0]).toMatchObject({ reached: false });
    expect(compareWithTargets({})[0]).toMatchObject({ value: undefined, reached: undefined });
  });

  test("of memory and size are in millions and thousands of bytes", () => {
    const figures = {
      "end-to-end": { "int8-1/memory": 121e6 },
      spleeter: { "divisi-simd-f32-1/runtime": 219_000 },
    };
    const found = compareWithTargets(figures).filter(({ value }) => value !== undefined);
    expect(found.map(({ value, reached }) => [value, reached])).toEqual([
      [121, false],
      [219, true],
    ]);
  });
});

const report: Report = {
  format: 1,
  date: "2026-01-02T03:04:05.000Z",
  rounds: 8,
  quick: false,
  machine: { processor: "Test CPU", cores: 2, memoryGiB: 8, system: "Linux" },
  versions: { browser: "Chromium 1", node: "20", commit: "abc", packages: { divisi: "0.1.0" } },
  noise: quiet,
  sections: [
    {
      name: "spleeter",
      title: "A pair",
      description: "One chunk.",
      tables: [{ columns: ["runtime", "ms"], rows: [["divisi", "10"]] }],
      notes: ["A note."],
      figures: { "divisi-simd-f32-1/ratio": 0.5 },
      spreads: {},
      data: {
        contenders: [
          {
            id: "divisi-simd-f32-1",
            label: "divisi <f32>",
            runtime: "divisi",
            threads: 1,
            summary: { median: 10 },
            ratio: 0.5,
            runtimeSize: { brotli: 200_000 },
          },
        ],
      },
    },
  ],
};

describe("the report", () => {
  test("has conditions, targets and every section", () => {
    const text = toMarkdown(report);
    expect(text).toContain("Test CPU");
    expect(text).toContain("quiet enough");
    expect(text).toContain("| Spleeter pair, f32, plain SIMD, one thread | 0.50 | 1.00 | yes |");
    expect(text).toContain(
      "## A pair\n\nOne chunk.\n\n| runtime | ms |\n| --- | ---: |\n| divisi | 10 |",
    );
    expect(text).toContain("- A note.");
  });

  test("says plainly when it cannot be trusted", () => {
    const noisy = { ...report, noise: { ...quiet, disturbed: 0.9 } };
    expect(toMarkdown(noisy)).toContain("**The machine was too noisy to trust these figures:**");
  });

  test("becomes a picture with escaped names", () => {
    const picture = plot(report);
    expect(picture).toContain("divisi &lt;f32&gt;");
    expect(picture).toContain("10.0 ms  (0.50)");
    expect(plot({ ...report, sections: [] })).toBeUndefined();
  });

  test("replaces what stands between a document's marks, and nothing else", () => {
    const [begin, end] = ["<!-- The bench writes from here ... -->", "<!-- ... to here. -->"];
    const document = `before\n${begin}\nold\n${end}\nafter\n`;
    const once = withFigures(document, "new");
    expect(once).toBe(`before\n${begin}\n\nnew\n${end}\nafter\n`);
    expect(withFigures(once, "new")).toBe(once);
    expect(() => withFigures("no marks", "new")).toThrow("lacks the marks");
  });
});

test("a bar far longer than all others is broken off, and the rest stay readable", () => {
  const contender = (label: string, milliseconds: number) => ({
    id: label,
    label,
    runtime: label,
    threads: 1,
    summary: { median: milliseconds },
  });
  const withBars = (times: readonly number[]) => {
    const contenders = times.map((time, i) => contender(`runtime ${i}`, time));
    const [section] = report.sections;
    return plot({ ...report, sections: [{ ...section, data: { contenders } }] } as Report) ?? "";
  };
  const widths = (picture: string) =>
    [...picture.matchAll(/height="18" rx="2"/g)].map(({ index }) =>
      Number(/width="([\d.]+)" $/.exec(picture.slice(0, index))?.[1]),
    );
  expect(withBars([100, 150])).not.toContain("<path");
  const picture = withBars([100, 200, 5000]);
  expect(picture).toContain("<path");
  const [short, long] = widths(picture);
  expect(short).toBeGreaterThan(100);
  expect(long).toBeCloseTo(2 * (short ?? 0), 0);
});
