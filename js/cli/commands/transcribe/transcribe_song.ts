/** `divisi transcribe --stems`: a song's beats, keys and chords, and the notes of its stems, as one file. */

import { join } from "node:path";
import { Analyser, leadSheet, type NotePart, type ScorePart, scoreFile } from "divisi";
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
  /** The files that were written: the song, and its melody where it has one. */
  readonly paths: readonly string[];
}

/** Of the time that a song takes; the rest is for its stems. */
const analysisShare = 0.1;

/** Of the grids of a score, those that notes are written on. */
const sheetGrids: readonly number[] = [1, 2, 3, 4, 6, 8];

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
        const folder = join(out, names[index] ?? "");
        const paths = [await writeNew(folder, "song.mid", bytes)];
        const melody = melodyOf(result);
        if (melody) {
          const sheet = leadSheet(analysed.result, melody.notes, {
            title: names[index] ?? "",
            name: melody.name,
            ...(grid !== undefined && sheetGrids.includes(grid) && { grid }),
          });
          paths.push(await writeNew(folder, "melody.musicxml", new TextEncoder().encode(sheet)));
        }
        return { ...audio, parts: result.map(counted), paths };
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

/** What is sung, or else the surest line of what is played. */
function melodyOf(parts: readonly ScorePart[]): NotePart | undefined {
  const heard = parts.flatMap((part) => ("notes" in part && part.notes.length > 0 ? [part] : []));
  const byName = (name: string) => heard.find((part) => part.name === name);
  return byName("vocals") ?? heard.find(({ name }) => name !== "bass") ?? byName("bass");
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
  for (const path of result.paths) terminal.print(`  ${path}`);
}

function document(outcomes: readonly FileOutcome<WrittenSong>[]) {
  return {
    version: 1,
    command: "transcribe",
    files: outcomes.map((outcome) =>
      fileDocument(outcome, ({ parts, paths }) => ({ parts, paths })),
    ),
  };
}
