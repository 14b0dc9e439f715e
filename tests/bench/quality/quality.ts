/**
 * The quality bench: what the smaller model files cost in separation quality.
 *
 * `npm run bench -- --only quality` runs it among the other benches, `node
 * scripts/bench_quality.mjs` alone. No browser is needed: the Wasm is the same.
 */

import type { SectionReport } from "../driver/section.js";
import { losses, violations } from "./losses.js";
import { measure, type Score, settings } from "./measure.js";
import { madeMixes, readMixes, readSample } from "./mixes.js";
import { lossTable, mixTable, verdict } from "./report.js";

export interface QualityOptions {
  /** Folders of mixes beside those of make_mixes.py: each has a manifest.json. */
  readonly mixes: readonly string[];
  /** Only the bundled song and one setting: to see that everything works. */
  readonly quick: boolean;
}

export interface QualityReport extends SectionReport {
  readonly data: readonly Score[];
  /** Limits that the 8-bit file breaks; empty where it keeps all. */
  readonly violations: readonly string[];
}

export async function measureQuality(
  { mixes: folders, quick }: QualityOptions,
  tell: (text: string) => void,
): Promise<QualityReport> {
  const mixes = [await readSample()];
  if (!quick) {
    for (const folder of [madeMixes, ...folders]) mixes.push(...(await readMixes(folder)));
  }
  const wanted = quick ? settings.slice(0, 1) : settings;
  const scores = await measure(mixes, wanted, tell);
  const first = wanted[0]?.name ?? "";
  const sung = mixes.filter(({ truth }) => truth).length;
  return {
    name: "quality",
    title: "Quality of the smaller model files",
    description:
      `SDR of the stems of ${sung} mixes with known stems, and leak (energy of false vocals in dB ` +
      `of the mix) of ${mixes.length - sung} instrumental ones; losses are against float32 weights.`,
    tables: [lossTable(scores), mixTable(scores, first)],
    notes: [verdict(scores), `The second table shows the setting "${first}".`],
    figures: figuresOf(scores),
    spreads: {},
    data: scores,
    violations: violations(scores, "int8"),
  };
}

function figuresOf(scores: readonly Score[]): Record<string, number> {
  return Object.fromEntries(
    (["f16", "int8"] as const).flatMap((dtype) =>
      losses(scores, dtype).flatMap(({ setting, stem, median, worst }) => [
        [`${dtype}/${setting}/${stem}/median`, median] as const,
        [`${dtype}/${setting}/${stem}/worst`, worst] as const,
      ]),
    ),
  );
}
