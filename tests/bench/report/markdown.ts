/** A report in words and tables. */

import type { Table } from "../driver/section.js";
import { outcomesOf, type Report, verdictOf } from "./report.js";
import { inUnit } from "./targets.js";

/** The whole report; `heading` is the level of its headings. */
export function toMarkdown(report: Report, heading = 2): string {
  const mark = "#".repeat(heading);
  const parts = [conditions(report), `${mark} Targets`, targetTable(report)];
  for (const { title, description, tables, notes } of report.sections) {
    parts.push(`${mark} ${title}`, description, ...tables.map(markdownTable));
    if (notes.length > 0) parts.push(notes.map((note) => `- ${note}`).join("\n"));
  }
  return `${parts.join("\n\n")}\n`;
}

function conditions(report: Report): string {
  const { machine, versions, noise } = report;
  const packages = Object.entries(versions.packages).map(([name, version]) => `${name} ${version}`);
  const { trusted, reasons } = verdictOf(report);
  const verdict = trusted
    ? "The machine was quiet enough for the figures to be trusted."
    : `**The machine was too noisy to trust these figures:** ${reasons.join("; ")}.`;
  const quick = report.quick ? " A quick run: too few rounds for figures to quote." : "";
  const disturbed = Math.round(100 * noise.disturbed);
  return [
    `${report.date.slice(0, 10)}, commit ${versions.commit}; ${machine.processor}, ` +
      `${machine.cores} cores, ${machine.memoryGiB} GiB, ${machine.system}; ${versions.browser}; ` +
      `${packages.join(", ")}.`,
    `${verdict}${quick} ${report.rounds} rounds, each runtime in turn; ${disturbed} % of ` +
      `${noise.measurements} measurements had other work around them (they count only where too ` +
      `few are left), load ${noise.loadBefore.toFixed(1)} before and ` +
      `${noise.loadAfter.toFixed(1)} after.`,
  ].join("\n\n");
}

function targetTable(report: Report): string {
  return markdownTable({
    columns: ["figure", "measured", "to reach", "reached"],
    rows: outcomesOf(report).map(({ figure, value, limit, unit, reached }) => [
      figure,
      inUnit(value, unit),
      inUnit(limit, unit),
      reached === undefined ? "-" : reached ? "yes" : "no",
    ]),
  });
}

export function markdownTable({ columns, rows }: Table): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  const rule = columns.map((_, i) => (i === 0 ? "---" : "---:"));
  return [line(columns), line(rule), ...rows.map(line)].join("\n");
}
