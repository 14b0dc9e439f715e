/** What was found in a song as the files of other programs. */

import type { AnalysisResult } from "divisi";
import { jamsDocument, type Song } from "./jams.js";
import { type LabelFormat, labelFiles } from "./labels.js";
import { midiFile } from "./midi.js";

/** Labels are a file for each part, JAMS and MIDI one for all. */
export type AnalysisFormat = LabelFormat | "jams" | "midi";

interface AnalysisFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Parts that the format has no place for are left out; if that leaves none, there is no file. */
export function analysisFiles(
  result: AnalysisResult,
  format: AnalysisFormat,
  song: Song,
): readonly AnalysisFile[] {
  const { beats, key, chords, sections } = result;
  if (!beats && !key && !chords && !sections) return [];
  if (format === "midi") return [{ name: "analysis.mid", bytes: midiFile(result) }];
  if (format === "jams") {
    const text = `${JSON.stringify(jamsDocument(result, song), null, 2)}\n`;
    return [{ name: "analysis.jams", bytes: encode(text) }];
  }
  return labelFiles(result, format).map(({ name, text }) => ({ name, bytes: encode(text) }));
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
