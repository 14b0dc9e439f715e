/** Writes a report's figures into docs/performance.md, between its two marks, and the plot beside it. */

import { readFileSync, writeFileSync } from "node:fs";
import { Failure } from "../../../scripts/lib/failure.mjs";
import { toMarkdown } from "./markdown.js";
import { plot } from "./plot.js";
import type { Report } from "./report.js";

const begin = "<!-- The bench writes from here ... -->";
const end = "<!-- ... to here. -->";

/** @param document the path of performance.md */
export function writeDocuments(report: Report, document: string): void {
  writeFileSync(document, withFigures(readFileSync(document, "utf8"), toMarkdown(report, 3)));
  const picture = plot(report);
  if (picture) writeFileSync(document.replace(/\.md$/, ".svg"), picture);
}

/** A document with the text between its marks replaced. */
export function withFigures(document: string, figures: string): string {
  const [from, to] = [document.indexOf(begin), document.indexOf(end)];
  if (from < 0 || to < from) {
    throw new Failure(
      "docs/performance.md lacks the marks between which the bench writes",
      `put these lines back: ${begin} ${end}`,
    );
  }
  return `${document.slice(0, from + begin.length)}\n\n${figures}\n${document.slice(to)}`;
}
