/** `divisi separate`: one model, any number of files; a file that fails doesn't stop the others. */

import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { Separator } from "divisi";
import { UsageError } from "../console/errors.js";
import type { Terminal } from "../console/terminal.js";
import { defaultModel, openModel } from "../models/open_model.js";
import type { SeparateArguments } from "./arguments.js";
import {
  complainAbout,
  eachFile,
  exitCode,
  type FileOutcome,
  fileDocument,
  summary,
} from "./each_file.js";
import { outputNames } from "./output_names.js";
import { type SeparatedFile, separateFile } from "./separate_file.js";

/** @return the exit code. */
export async function separateCommand(
  options: SeparateArguments,
  terminal: Terminal,
): Promise<number> {
  const { files, out, json } = options;
  const { signal } = terminal;
  const model = options.model ?? defaultModel("separation");
  const separator = await openModel(model, "separation", terminal, (how) => Separator.create(how));
  try {
    const stems = chosenStems(options.stems, separator.stems);
    const names = outputNames(files, (name) => options.keep && existsSync(join(out, name)));
    const outcomes = await eachFile(
      files,
      terminal,
      (file, index, onProgress) => {
        const folder = join(out, names[index] ?? "");
        return separateFile(separator, options, { file, folder, stems, signal, onProgress });
      },
      (outcome) => {
        if (!json) printOutcome(outcome, terminal);
      },
    );
    if (json) terminal.printJson(document(model, options, outcomes));
    return exitCode(outcomes);
  } finally {
    separator.close();
  }
}

function chosenStems(wanted: readonly string[] | undefined, known: readonly string[]) {
  const unknown = wanted?.find((stem) => !known.includes(stem));
  if (unknown !== undefined) {
    throw new UsageError(`--stems "${unknown}": this model has ${known.join(", ")}`);
  }
  return wanted ?? known;
}

function printOutcome(outcome: FileOutcome<SeparatedFile>, terminal: Terminal): void {
  const { file, elapsedSeconds, result } = outcome;
  complainAbout(outcome, terminal);
  if (result === undefined) return;
  terminal.print(summary(file, result, elapsedSeconds));
  if (result.silent) terminal.print("  silent: there is nothing to hear in it");
  for (const { path, replaced } of result.stems) {
    terminal.print(`  ${path}${replaced ? " (replaced)" : ""}`);
  }
}

function document(
  model: string,
  options: SeparateArguments,
  outcomes: readonly FileOutcome<SeparatedFile>[],
) {
  const { mode, quality, format, bits } = options;
  return {
    version: 1,
    command: "separate",
    model,
    mode,
    quality,
    output: { format, bits },
    files: outcomes.map((outcome) =>
      fileDocument(outcome, ({ stems }) => ({
        stems: stems.map((stem) => ({ ...stem, path: absolute(stem.path) })),
      })),
    ),
  };
}

/** As it is where the working folder is gone, which has no path any more. */
function absolute(path: string): string {
  try {
    return resolve(path);
  } catch {
    return path;
  }
}
