/** What was found in a song as a file to take away: one, or an archive of one for each part. */

import { type AnalysisResult, analysisFiles } from "divisi";
import { version } from "divisi/package.json";
import type { BeatCorrection } from "./correction.js";
import type { DocumentFormat } from "./types.js";

export interface AnalysedFile {
  /** The song's, without its ending, and with it. */
  readonly name: string;
  readonly file: string;
  /** As the listener corrected it. */
  readonly analysis: AnalysisResult;
  /** What was corrected. */
  readonly correction: BeatCorrection;
}

export interface AnalysisDocument {
  /** The ending of its name. */
  readonly ending: string;
  readonly blob: Blob;
}

export async function analysisDocument(
  song: AnalysedFile,
  format: DocumentFormat,
): Promise<AnalysisDocument> {
  if (format === "json") {
    return { ending: "json", blob: new Blob([asJson(song)], { type: "application/json" }) };
  }
  const files = analysisFiles(song.analysis, format, { file: song.file, version });
  const [first] = files;
  if (first && (format === "jams" || format === "midi")) {
    const ending = first.name.slice(first.name.lastIndexOf(".") + 1);
    return { ending, blob: new Blob([first.bytes]) };
  }
  const { downloadZip } = await import("client-zip");
  const lastModified = new Date();
  const entries = files.map(({ name, bytes }) => ({ name, input: bytes, lastModified }));
  const blob = await downloadZip(entries).blob();
  return { ending: "zip", blob: new Blob([blob], { type: "application/zip" }) };
}

/** Microseconds, and six digits of a probability. */
const rounded = (_: string, value: unknown) =>
  typeof value === "number" ? Number(value.toFixed(6)) : value;

function asJson({ name, analysis, correction }: AnalysedFile): string {
  const { durationSeconds, ...parts } = analysis;
  const document = { song: name, seconds: durationSeconds, corrections: correction, ...parts };
  return `${JSON.stringify(document, rounded, 1)}\n`;
}
