/** `divisi sample`: an instrument of each file's notes, or of those of a stem. */

import { join } from "node:path";
import type { Terminal } from "../../console/terminal.js";
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
import { writeInstrument } from "./instrument_files.js";
import { type InstrumentMaker, type MadeInstrument, openMaker } from "./instrument_maker.js";
import type { SampleArguments } from "./sample_arguments.js";
import { StemSource } from "./stem_source.js";

interface SampledFile extends ReadAudio, MadeInstrument {
  /** Of the SFZ and the SF2 file. */
  readonly paths: readonly string[];
}

/** Of the time that a file takes; the rest is for its notes. */
const readingShare = 0.5;

/** @return the exit code. */
export async function sampleCommand(args: SampleArguments, terminal: Terminal): Promise<number> {
  const { files, stem, separator, json, out } = args;
  const { signal } = terminal;
  const source = await StemSource.open(stem, separator, terminal);
  let maker: InstrumentMaker | undefined;
  try {
    const opened = await openMaker(args, terminal);
    maker = opened;
    const names = outputNames(files).map((name) => (stem === undefined ? name : `${name}-${stem}`));
    const outcomes = await eachFile(
      files,
      terminal,
      async (file, index, onProgress): Promise<SampledFile> => {
        const { result, audio } = await readThrough(
          file,
          signal,
          (share, seconds) => onProgress(readingShare * share, seconds),
          (song, how) => source.read(song, how),
        );
        const made = await opened.make(result, {
          signal,
          onProgress: ({ done }) => {
            const share = done / Math.max(1, audio.frames);
            onProgress(readingShare + (1 - readingShare) * share, done / audio.sampleRate);
          },
        });
        signal.throwIfAborted();
        const name = names[index] ?? "";
        const paths = await writeInstrument(made.instrument, join(out, name), name);
        return { ...audio, ...made, paths };
      },
      (outcome) => {
        if (!json) printOutcome(outcome, terminal);
      },
    );
    if (json) terminal.printJson(document(args, outcomes));
    return exitCode(outcomes);
  } finally {
    source.close();
    maker?.close();
  }
}

function printOutcome(outcome: FileOutcome<SampledFile>, terminal: Terminal): void {
  const { file, elapsedSeconds, result } = outcome;
  complainAbout(outcome, terminal);
  if (result === undefined) return;
  terminal.print(summary(file, result, elapsedSeconds));
  const { kind, regions, tuningCents } = result.instrument;
  const looped = regions.filter(({ loop }) => loop).length;
  const loops = looped === 0 ? "" : `, ${looped} looped`;
  terminal.print(
    `  sounds    ${regions.length} of ${result.heard} ${kind === "drums" ? "strokes" : "notes"}${loops}`,
  );
  if (kind === "pitched") {
    terminal.print(`  tuning    ${tuningCents.toFixed(0)} cents above A = 440 Hz, made up for`);
  }
  for (const path of result.paths) terminal.print(`  ${path}`);
}

function document({ stem }: SampleArguments, outcomes: readonly FileOutcome<SampledFile>[]) {
  return {
    version: 1,
    command: "sample",
    ...(stem !== undefined && { stem }),
    files: outcomes.map((outcome) =>
      fileDocument(outcome, ({ instrument, heard, paths }) => {
        const { kind, tuningCents, releaseSeconds, regions } = instrument;
        return {
          heard,
          kind,
          tuningCents,
          releaseSeconds,
          regions: regions.map(({ channels, ...region }) => ({
            ...region,
            frames: channels[0]?.length ?? 0,
          })),
          paths,
        };
      }),
    ),
  };
}
