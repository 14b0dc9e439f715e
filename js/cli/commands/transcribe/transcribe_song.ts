/** `divisi transcribe --stems`: a song's beats, keys and chords, and the notes of its stems, as one file. */

import { join } from "node:path";
import { Analyser, type ScorePart, scoreFile } from "divisi";
import type { Terminal } from "../../console/terminal.js";
import { writeNew } from "../../write/write_new.js";
import {
  complainAbout,
  eachFile,
  exitCode,
  type FileOutcome,
  fileDocument,
  type ReadAudio,
  summary,
} from "../each_file.js";
import { outputNames } from "../output_names.js";
import { readThrough } from "../read_through.js";
import { SongParts } from "./song_parts.js";
import type { TranscribeArguments } from "./transcribe_arguments.js";

type Counted =
  | { readonly name: string; readonly notes: number }
  | { readonly name: string; readonly hits: number };

interface WrittenSong extends ReadAudio {
  /** How many notes each part has, or hits of drums. */
  readonly parts: readonly Counted[];
  readonly path: string;
}

/** Of the time that a song takes; the rest is for its stems. */
const analysisShare = 0.1;

/** @return the exit code. */
export async function transcribeSongs(
  args: TranscribeArguments,
  terminal: Terminal,
): Promise<number> {
  const { files, json, options, out, stems } = args;
  const { signal } = terminal;
  const analyser = await Analyser.create({
    signal,
    parts: ["beats", "key", "chords", "sections"],
  });
  let parts: SongParts | undefined;
  try {
    const opened = await SongParts.open(args, terminal);
    parts = opened;
    const names = outputNames(files);
    const outcomes = await eachFile(
      files,
      terminal,
      async (file, index, onProgress): Promise<WrittenSong> => {
        const analysed = await readThrough(
          file,
          signal,
          (share, seconds) => onProgress(analysisShare * share, seconds),
          (song, how) => analyser.analyse(song, how),
        );
        const { result, audio } = await readThrough(
          file,
          signal,
          (share, seconds) => onProgress(analysisShare + (1 - analysisShare) * share, seconds),
          (song, how) => opened.transcribe(song, options, how),
        );
        const { grid } = stems ?? {};
        const bytes = scoreFile(analysed.result, result, grid === undefined ? {} : { grid });
        const path = await writeNew(join(out, names[index] ?? ""), "song.mid", bytes);
        return { ...audio, parts: result.map(counted), path };
      },
      (outcome) => {
        if (!json) printOutcome(outcome, terminal);
      },
    );
    if (json) terminal.printJson(document(outcomes));
    return exitCode(outcomes);
  } finally {
    analyser.close();
    parts?.close();
  }
}

function counted(part: ScorePart): Counted {
  const { name } = part;
  return "hits" in part ? { name, hits: part.hits.length } : { name, notes: part.notes.length };
}

function printOutcome(outcome: FileOutcome<WrittenSong>, terminal: Terminal): void {
  const { file, elapsedSeconds, result } = outcome;
  complainAbout(outcome, terminal);
  if (result === undefined) return;
  terminal.print(summary(file, result, elapsedSeconds));
  const parts = result.parts.map(
    (part) => `${part.name} ${"hits" in part ? part.hits : part.notes}`,
  );
  terminal.print(`  notes     ${parts.join(", ")}`);
  terminal.print(`  ${result.path}`);
}

function document(outcomes: readonly FileOutcome<WrittenSong>[]) {
  return {
    version: 1,
    command: "transcribe",
    files: outcomes.map((outcome) => fileDocument(outcome, ({ parts, path }) => ({ parts, path }))),
  };
}
