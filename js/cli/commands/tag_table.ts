/** The tags of a file as lines for people: kind, tag, score, z and, on a terminal, a bar. */

import type { Tag } from "divisi";
import { printable } from "../console/text.js";

const widestBar = 40;
const narrowestBar = 8;
/** A terminal's last column stays empty: some break the line after it. */
const margin = 1;

/** @param width columns of the terminal; undefined where it is none, and there are no bars. */
export function tagTable(tags: readonly Tag[], width: number | undefined): string[] {
  const rows = tags.map(({ name, kind, score, z }) => [
    printable(name),
    printable(kind),
    score.toFixed(2),
    // A model of one's own has no calibration.
    z === undefined ? "" : `${z < 0 ? "-" : "+"}${Math.abs(z).toFixed(1)}`,
  ]);
  const titles = ["tag", "kind", "score", "z"];
  const widths = titles.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const lines = [titles, ...rows].map((row) => {
    const cells = row.map((cell, column) => {
      const columnWidth = widths[column] ?? 0;
      return column < 2 ? cell.padEnd(columnWidth) : cell.padStart(columnWidth);
    });
    return `  ${cells.join("  ")}`;
  });
  const free = (width ?? 0) - margin - (lines[0]?.length ?? 0) - 2;
  if (free < narrowestBar) return lines;
  return lines.map((line, index) => {
    const tag = tags[index - 1];
    return tag === undefined ? line : `${line}  ${bar(tag.score, Math.min(free, widestBar))}`;
  });
}

/** A score of 1 fills the width. */
function bar(score: number, width: number): string {
  const eighths = Math.round(Math.max(0, Math.min(1, score)) * width * 8);
  const part = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"][eighths % 8] ?? "";
  return "█".repeat(Math.floor(eighths / 8)) + part;
}
