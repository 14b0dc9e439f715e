/** What was found in a song as the files of other programs. */

import { badOption, checkOneOf, checkOptions } from "../../base/options.js";
import type { AnalysisResult } from "../types.js";
import { checkResult } from "./check_result.js";
import { jamsDocument } from "./jams.js";
import { labelFiles } from "./labels.js";
import { midiFile } from "./midi.js";
import type { AnalysedSong, AnalysisFile, AnalysisFormat } from "./types.js";

/**
 * What was found in a song as files of a format (docs/analysis.md has what each holds). Parts that the
 * format has no place for are left out; if that leaves none, there is no file.
 *
 * ```ts
 * const song = { file: "song.mp3", version: "my app 1.0" };
 * for (const { name, bytes } of analysisFiles(analysis, "lab", song)) save(name, new Blob([bytes]));
 * ```
 */
export function analysisFiles(
  result: AnalysisResult,
  format: AnalysisFormat,
  song: AnalysedSong,
): readonly AnalysisFile[] {
  checkResult(result);
  checkOneOf("format", format, formats);
  checkOptions(song, "song");
  for (const name of ["file", "version"] as const) {
    if (typeof song[name] !== "string") throw badOption(`song.${name}`, "a text", song[name]);
  }
  const { beats, key, chords, sections } = result;
  if (!beats && !key && !chords && !sections) return [];
  if (format === "midi") return [{ name: "analysis.mid", bytes: midiFile(result) }];
  if (format === "jams") {
    const text = `${JSON.stringify(jamsDocument(result, song), null, 2)}\n`;
    return [{ name: "analysis.jams", bytes: encode(text) }];
  }
  return labelFiles(result, format).map(({ name, text }) => ({ name, bytes: encode(text) }));
}

const formats: readonly AnalysisFormat[] = ["lab", "audacity", "csv", "jams", "midi"];

function encode(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}
