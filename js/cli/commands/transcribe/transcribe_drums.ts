/** `divisi transcribe --drums`: which drums are struck in each file. */

import { join } from "node:path";
import { type DrumHit, DrumTranscriber, drumFile } from "divisi";
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

interface HeardFile extends ReadAudio {
  readonly hits: readonly DrumHit[];
  /** The file that was written. */
  readonly path: string | undefined;
}

const fileNames = { midi: "drums.mid", csv: "drums.csv" } as const;

/** @return the exit code. */
export async function transcribeDrums(
  args: TranscribeArguments,
  terminal: Terminal,
): Promise<number> {
  const { files, json } = args;
  const { sensitivity } = args.options;
  const { signal } = terminal;
  const model = args.model ?? defaultModel("drums");
  const transcriber = await openModel(model, "drums", terminal, (how) =>
    DrumTranscriber.create(how),
  );
  try {
    const names = outputNames(files);
    const outcomes = await eachFile(
      files,
      terminal,
      async (file, index, onProgress): Promise<HeardFile> => {
        const { result, audio } = await readThrough(file, signal, onProgress, (stream, how) =>
          transcriber.transcribe(stream, {
            ...(sensitivity !== undefined && { sensitivity }),
            ...how,
          }),
        );
        const { hits } = result;
        return { ...audio, hits, path: await writeHits(hits, args, names[index] ?? "") };
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
async function writeHits(
  hits: readonly DrumHit[],
  { format, out }: TranscribeArguments,
  name: string,
): Promise<string | undefined> {
  if (format === undefined) return undefined;
  return writeNew(join(out, name), fileNames[format], drumFile(hits, format));
}

function printOutcome(outcome: FileOutcome<HeardFile>, terminal: Terminal): void {
  const { file, elapsedSeconds, result } = outcome;
  complainAbout(outcome, terminal);
  if (result === undefined) return;
  terminal.print(summary(file, result, elapsedSeconds));
  terminal.print(`  drums     ${hitsText(result.hits)}`);
  if (result.path !== undefined) terminal.print(`  ${result.path}`);
}

/** "96 kick, 48 snare" */
function hitsText(hits: readonly DrumHit[]): string {
  const counts = new Map<string, number>();
  for (const { instrument } of hits) counts.set(instrument, (counts.get(instrument) ?? 0) + 1);
  const byCount = [...counts].sort(([, a], [, b]) => b - a);
  return byCount.map(([name, count]) => `${count} ${name}`).join(", ") || "none";
}

function document(model: string, outcomes: readonly FileOutcome<HeardFile>[]) {
  return {
    version: 1,
    command: "transcribe",
    model,
    files: outcomes.map((outcome) =>
      fileDocument(outcome, ({ hits, path }) => ({ hits, ...(path !== undefined && { path }) })),
    ),
  };
}
