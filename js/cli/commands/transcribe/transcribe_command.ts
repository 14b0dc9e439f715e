/** `divisi transcribe`: any number of files; one that fails doesn't stop the others. */

import { join } from "node:path";
import { type Note, noteFile, type PitchCurve, Transcriber } from "divisi";
import type { Terminal } from "../../console/terminal.js";
import { defaultModel, openModel } from "../../models/open_model.js";
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
import type { TranscribeArguments } from "./transcribe_arguments.js";
import { transcribeDrums } from "./transcribe_drums.js";
import { transcribeSongs } from "./transcribe_song.js";

interface TranscribedFile extends ReadAudio {
  readonly notes: readonly Note[];
  readonly pitch: PitchCurve | undefined;
  /** The file that was written. */
  readonly path: string | undefined;
}

const fileNames = { midi: "notes.mid", csv: "notes.csv" } as const;

/** @return the exit code. */
export async function transcribeCommand(
  args: TranscribeArguments,
  terminal: Terminal,
): Promise<number> {
  if (args.stems) return transcribeSongs(args, terminal);
  if (args.drums) return transcribeDrums(args, terminal);
  const { files, json, options } = args;
  const { signal } = terminal;
  const model = args.model ?? defaultModel(args.melody ? "melody" : "notes");
  const tasks = args.melody ? "melody" : (["notes", "melody"] as const);
  const transcriber = await openModel(model, tasks, terminal, (how) => Transcriber.create(how));
  try {
    const names = outputNames(files);
    const outcomes = await eachFile(
      files,
      terminal,
      async (file, index, onProgress) => {
        const { result, audio } = await readThrough(file, signal, onProgress, (stream, how) =>
          transcriber.transcribe(stream, { ...options, ...how }),
        );
        const { notes, pitch } = result;
        return { ...audio, notes, pitch, path: await writeNotes(notes, args, names[index] ?? "") };
      },
      (outcome) => {
        if (!json) printOutcome(outcome, terminal);
      },
    );
    if (json) terminal.printJson(document(model, outcomes));
    return exitCode(outcomes);
  } finally {
    transcriber.close();
  }
}

/** @param name of the file's folder. @return the path */
async function writeNotes(
  notes: readonly Note[],
  { format, bends, out }: TranscribeArguments,
  name: string,
): Promise<string | undefined> {
  if (format === undefined) return undefined;
  const bytes = noteFile(notes, format, { bends });
  return writeNew(join(out, name), fileNames[format], bytes);
}

function printOutcome(outcome: FileOutcome<TranscribedFile>, terminal: Terminal): void {
  const { file, elapsedSeconds, result } = outcome;
  complainAbout(outcome, terminal);
  if (result === undefined) return;
  terminal.print(summary(file, result, elapsedSeconds));
  terminal.print(`  notes     ${notesText(result.notes)}`);
  if (result.path !== undefined) terminal.print(`  ${result.path}`);
}

/** "212 from C2 to A5" */
function notesText(notes: readonly Note[]): string {
  if (notes.length === 0) return "none";
  const pitches = notes.map(({ pitch }) => pitch);
  const lowest = pitches.reduce((a, b) => Math.min(a, b));
  const highest = pitches.reduce((a, b) => Math.max(a, b));
  return `${notes.length}, from ${pitchName(lowest)} to ${pitchName(highest)}`;
}

const names = ["C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B"];

/** Middle C, 60, is C4. */
function pitchName(pitch: number): string {
  return `${names[pitch % 12]}${Math.floor(pitch / 12) - 1}`;
}

function document(model: string, outcomes: readonly FileOutcome<TranscribedFile>[]) {
  return {
    version: 1,
    command: "transcribe",
    model,
    files: outcomes.map((outcome) =>
      fileDocument(outcome, ({ notes, pitch, path }) => ({
        notes: notes.map(({ bends, ...note }) => ({ ...note, bends: [...bends] })),
        ...(pitch !== undefined && {
          pitch: { ...pitch, hz: [...pitch.hz], confidence: [...pitch.confidence] },
        }),
        ...(path !== undefined && { path }),
      })),
    ),
  };
}
