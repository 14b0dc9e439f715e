// How `divisi tag` prints: the table and its bars, and the rows of a CSV.
import { describe, expect, test } from "vitest";
import { tagTable } from "../../../js/cli/commands/tag_table.js";
import { csvRow } from "../../../js/src/files/csv.js";
import type { Tag } from "../../../js/src/index.js";

const tag = (name: string, score: number, z: number | undefined): Tag => ({
  name,
  kind: "voice",
  score,
  z,
  rank: 1,
});
const tags = [tag("female vocal", 1, 2.04), tag("voice", 0.5, 0), tag("man", 0.001, -0.4)];

describe("the table", () => {
  test("columns stand below their titles", () => {
    expect(tagTable(tags, undefined)).toEqual([
      "  tag           kind   score     z",
      "  female vocal  voice   1.00  +2.0",
      "  voice         voice   0.50  +0.0",
      "  man           voice   0.00  -0.4",
    ]);
  });

  test.each([
    [200, 40],
    [60, 23],
  ])("on %i columns a score of 1 has a bar of %i", (width, full) => {
    const [titles, ...rows] = tagTable(tags, width);
    expect(titles).not.toContain("█");
    const bars = rows.map((row) => row.slice(36));
    expect(bars).toEqual(["█".repeat(full), `${"█".repeat(full / 2)}${full % 2 ? "▌" : ""}`, ""]);
    for (const row of rows) expect(row.length).toBeLessThan(width);
  });

  test("no bars where there is no room, and no line without tags but the titles", () => {
    expect(tagTable(tags, 42)).toEqual(tagTable(tags, undefined));
    expect(tagTable([], 80)).toEqual(["  tag  kind  score  z"]);
  });

  test("a model without calibration has no z", () => {
    expect(tagTable([tag("voice", 0.5, undefined)], undefined)[1]).toBe("  voice  voice   0.50   ");
  });

  test("a label out of a stranger's file doesn't steer the terminal", () => {
    expect(tagTable([tag("\u001b[2Jgone", 0.5, 1)], 80).join()).toContain("?[2Jgone");
  });
});

describe("CSV", () => {
  test.each<[(string | number)[], string]>([
    [["plain", "two words"], "plain,two words\r\n"],
    [["a,b", 'say "hi"', "two\nlines"], '"a,b","say ""hi""","two\nlines"\r\n'],
    // Nothing that a spreadsheet would run: OWASP's list.
    [["=1+1", "+1", "-1", "@x", "\t=", "\r="], "'=1+1,'+1,'-1,'@x,'\t=,\"'\r=\"\r\n"],
    [["", 0.5, 1e-9, 1], ",0.500000,0.000000,1.000000\r\n"],
  ])("%j", (fields, row) => {
    expect(csvRow(fields)).toBe(row);
  });
});
