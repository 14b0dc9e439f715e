/** The tables of docs/quality.md, between two marks. */

import { readFileSync, writeFileSync } from "node:fs";
import { Failure } from "../../../scripts/lib/failure.mjs";
import { inRoot } from "../../../scripts/lib/paths.mjs";
import type { SectionReport } from "../driver/section.js";
import { markdownTable } from "../report/markdown.js";

const begin = "<!-- The quality bench writes from here ... -->";
const end = "<!-- ... to here. -->";

export function writeQualityDocument({ description, tables, notes }: SectionReport): void {
  const path = inRoot("docs/quality.md");
  const text = readFileSync(path, "utf8");
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from) {
    throw new Failure(
      "docs/quality.md lacks the marks between which the bench writes",
      `put these lines back: ${begin} ${end}`,
    );
  }
  const body = [description, ...tables.map(markdownTable), ...notes].join("\n\n");
  writeFileSync(path, `${text.slice(0, from + begin.length)}\n\n${body}\n\n${text.slice(to)}`);
}
