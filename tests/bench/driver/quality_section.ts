/**
 * What the smaller model files cost in quality (tests/bench/quality). Measured only when asked for
 * by name: it takes its time and needs the mixes of make_mixes.py; other runs repeat what the last
 * measurement has found.
 */

import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { inRoot } from "../../../scripts/lib/paths.mjs";
import { writeQualityDocument } from "../quality/document.js";
import { leakRises, losses } from "../quality/losses.js";
import type { QualityReport } from "../quality/quality.js";
import type { Section, SectionReport } from "./section.js";

const stored = () => inRoot("out/bench/quality.json");

export const quality: Section = {
  name: "quality",
  async run({ options, tell }) {
    // Only now: it imports the built package, which need not be there for other purposes.
    const { measureQuality } = await import("../quality/quality.js");
    const report = await measureQuality(options, tell);
    mkdirSync(inRoot("out/bench"), { recursive: true });
    writeFileSync(stored(), `${JSON.stringify(report, null, 1)}\n`);
    if (options.writeDocs && !options.quick) writeQualityDocument(report);
    return withExtremes(report);
  },
};

/** What the last measurement has found, if there was one. */
export function lastQuality(): SectionReport | undefined {
  if (!existsSync(stored())) return undefined;
  const report = withExtremes(JSON.parse(readFileSync(stored(), "utf8")) as QualityReport);
  return { ...report, notes: [...report.notes, "Measured earlier, not in this run."] };
}

/** Adds the figures that the targets name: the worst of all settings. */
function withExtremes({ violations: _, ...report }: QualityReport): SectionReport {
  const lost = losses(report.data, "int8");
  const figures = {
    ...report.figures,
    "int8/median": Math.max(...lost.map(({ median }) => median)),
    "int8/worst": Math.max(...lost.map(({ worst }) => worst)),
    "int8/leak": Math.max(...leakRises(report.data, "int8").map(({ worst }) => worst)),
  };
  const finite = Object.entries(figures).filter(([, value]) => Number.isFinite(value));
  return { ...report, figures: Object.fromEntries(finite) };
}
