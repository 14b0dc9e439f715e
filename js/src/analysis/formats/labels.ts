/**
 * What was found in a song, for each part a file in a format that holds times and labels. A new part
 * is a line in `tables`.
 */

import { badOption, checkOptions } from "../../base/options.js";
import { csvRow } from "../../files/csv.js";
import type { AnalysisResult, Section } from "../types.js";
import type { AnalysisFormat } from "./types.js";

export type LabelFormat = Exclude<AnalysisFormat, "jams" | "midi">;

/** One finding; an instant ends where it starts. */
interface Label {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** A part's findings: as labels, and as a table with all that is known of each. */
interface PartTable {
  readonly labels: readonly Label[];
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number)[])[];
}

/** By the name of a file without its extension. Parts that have no labels have no file. */
export function labelFiles(
  result: AnalysisResult,
  format: LabelFormat,
): readonly { name: string; text: string }[] {
  return Object.entries(tables(result)).flatMap(([part, table]) =>
    table === undefined
      ? []
      : [{ name: `${part}.${extensions[format]}`, text: write[format](table) }],
  );
}

const extensions: Readonly<Record<LabelFormat, string>> = {
  lab: "lab",
  audacity: "txt",
  csv: "csv",
};

function tables({
  beats,
  key,
  chords,
  sections,
}: AnalysisResult): Readonly<Record<string, PartTable | undefined>> {
  return {
    beats: beats && {
      labels: beats.beats.map(({ seconds, number }) => ({
        start: seconds,
        end: seconds,
        text: String(number),
      })),
      columns: ["seconds", "number", "tempo", "confidence", "energyDb"],
      rows: beats.beats.map(({ seconds, number, tempo, confidence, energyDb }) => [
        seconds,
        String(number),
        tempo,
        confidence,
        energyDb,
      ]),
    },
    key: key && {
      labels: key.parts.map(({ startSeconds, endSeconds, tonic, mode }) => ({
        start: startSeconds,
        end: endSeconds,
        // As mir_eval and JAMS write keys.
        text: `${tonic}:${mode}`,
      })),
      columns: ["start", "end", "tonic", "mode", "confidence", "relative", "relativeShare"],
      rows: key.parts.map((part) => [
        part.startSeconds,
        part.endSeconds,
        part.tonic,
        part.mode,
        part.confidence,
        part.relative,
        part.relativeShare,
      ]),
    },
    chords: chords && {
      labels: chords.chords.map(({ startSeconds, endSeconds, label }) => ({
        start: startSeconds,
        end: endSeconds,
        text: label,
      })),
      columns: ["start", "end", "label", "root", "quality", "bass", "confidence"],
      rows: chords.chords.map(
        ({ startSeconds, endSeconds, label, root, quality, bass, confidence }) => [
          startSeconds,
          endSeconds,
          label,
          root ?? "",
          quality ?? "",
          bass ?? "",
          confidence,
        ],
      ),
    },
    sections: sections && {
      labels: sections.sections.map((section) => ({
        start: section.startSeconds,
        end: section.endSeconds,
        text: sectionText(section),
      })),
      columns: ["start", "end", "label", "name", "confidence", "isHook"],
      rows: sections.sections.map(
        ({ startSeconds, endSeconds, label, name, confidence, isHook }) => [
          startSeconds,
          endSeconds,
          label,
          name ?? "",
          confidence,
          String(isHook),
        ],
      ),
    },
  };
}

/** "B chorus", or its letter alone. */
export function sectionText(section: Section): string {
  checkOptions(section, "section");
  const { label, name } = section;
  if (typeof label !== "string") throw badOption("section.label", "a text", label);
  return name === undefined ? label : `${label} ${name}`;
}

const write: Readonly<Record<LabelFormat, (table: PartTable) => string>> = {
  // MIREX's: start, end and label, and of instants one time.
  lab: ({ labels }) =>
    lines(labels, ({ start, end, text }) => (end > start ? [start, end, text] : [start, text])),
  audacity: ({ labels }) => lines(labels, ({ start, end, text }) => [start, end, text]),
  csv: ({ columns, rows }) => [columns, ...rows].map((row) => csvRow(row)).join(""),
};

function lines(labels: readonly Label[], fields: (label: Label) => (number | string)[]): string {
  const shown = (field: number | string) =>
    typeof field === "number" ? field.toFixed(6) : field.replace(/[\t\r\n]/g, " ");
  return labels.map((label) => `${fields(label).map(shown).join("\t")}\n`).join("");
}
