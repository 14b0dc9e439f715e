/** `divisi separate`: one model, any number of files; a file that fails doesn't stop the others. */

import { basename, join, resolve } from "node:path";
import { models, Separator } from "divisi";
import type { SeparateArguments } from "./arguments.js";
import { type ErrorReport, isAbort, reportError, UsageError } from "./errors.js";
import { modelSource } from "./model_source.js";
import { outputNames } from "./output_names.js";
import { clock, type ProgressView, speedText } from "./progress_view.js";
import { type SeparatedFile, separateFile } from "./separate_file.js";
import type { Terminal } from "./terminal.js";

interface FileOutcome {
  readonly file: string;
  readonly done: boolean;
  readonly elapsedSeconds: number;
  readonly result?: SeparatedFile;
  readonly error?: ErrorReport;
}

/** @return the exit code. */
export async function separateCommand(
  options: SeparateArguments,
  terminal: Terminal,
): Promise<number> {
  const model = options.model ?? models.find(({ task }) => task === "separation")?.name ?? "";
  const separator = await openSeparator(model, terminal);
  const outcomes: FileOutcome[] = [];
  try {
    const stems = chosenStems(options.stems, separator.stems);
    const names = outputNames(options.files);
    for (const [index, file] of options.files.entries()) {
      const folder = join(options.out, names[index] ?? "");
      const many = options.files.length > 1;
      const label = `${many ? `${index + 1}/${options.files.length} ` : ""}${basename(file)}`;
      const outcome = await separateOne(separator, options, file, folder, stems, label, terminal);
      outcomes.push(outcome);
      if (!options.json) printOutcome(outcome, terminal);
      if (terminal.signal.aborted) break;
    }
  } finally {
    separator.close();
  }
  const failed = outcomes.filter(({ done }) => !done).length;
  if (options.json) terminal.printJson(document(model, options, outcomes));
  return failed === 0 ? 0 : 1;
}

async function openSeparator(model: string, terminal: Terminal): Promise<Separator> {
  const { progress, signal } = terminal;
  progress.start(basename(model));
  try {
    return await Separator.create({ model: await modelSource(model), signal });
  } catch (error) {
    throw modelError(error, model);
  } finally {
    progress.clear();
  }
}

/** Messages about bytes don't know the file's name. */
function modelError(error: unknown, model: string): unknown {
  if (!(error instanceof Error) || isAbort(error) || error.message.includes(model)) return error;
  error.message = `${model}: ${error.message}`;
  return error;
}

function chosenStems(wanted: readonly string[] | undefined, known: readonly string[]) {
  const unknown = wanted?.find((stem) => !known.includes(stem));
  if (unknown !== undefined) {
    throw new UsageError(`--stems "${unknown}": this model has ${known.join(", ")}`);
  }
  return wanted ?? known;
}

async function separateOne(
  separator: Separator,
  options: SeparateArguments,
  file: string,
  folder: string,
  stems: readonly string[],
  label: string,
  { progress, signal }: Terminal,
): Promise<FileOutcome> {
  const start = performance.now();
  const elapsed = () => (performance.now() - start) / 1000;
  progress.start(label);
  try {
    const onProgress: ProgressView["update"] = (share, seconds) => progress.update(share, seconds);
    const job = { file, folder, stems, signal, onProgress };
    const result = await separateFile(separator, options, job);
    return { file, done: true, elapsedSeconds: elapsed(), result };
  } catch (error) {
    const report = reportError(error);
    // Messages of the engine name the value, but they can't know which file it came from.
    const message = report.message.includes(file) ? report.message : `${file}: ${report.message}`;
    return { file, done: false, elapsedSeconds: elapsed(), error: { ...report, message } };
  } finally {
    progress.clear();
  }
}

function printOutcome(outcome: FileOutcome, terminal: Terminal): void {
  const { file, elapsedSeconds, result, error } = outcome;
  if (error !== undefined) terminal.complain(error.message);
  if (result === undefined) return;
  for (const warning of result.warnings) terminal.complain(`warning: ${file}: ${warning}`);
  const { audioSeconds, format, sampleRate, channels } = result;
  terminal.print(
    `${file}: ${clock(audioSeconds)} of ${format}, ${sampleRate} Hz, ${channels} ` +
      `${channels === 1 ? "channel" : "channels"}, in ${elapsedSeconds.toFixed(1)} s ` +
      `(${speedText(audioSeconds / elapsedSeconds)})`,
  );
  for (const { path } of result.stems) terminal.print(`  ${path}`);
}

function document(model: string, options: SeparateArguments, outcomes: readonly FileOutcome[]) {
  const { mode, quality, format, bits } = options;
  return {
    version: 1,
    command: "separate",
    model,
    mode,
    quality,
    output: { format, bits },
    files: outcomes.map(({ file, done, elapsedSeconds, result, error }) => ({
      file,
      done,
      ...(result === undefined
        ? {}
        : {
            format: result.format,
            sampleRate: result.sampleRate,
            channels: result.channels,
            frames: result.frames,
            seconds: result.audioSeconds,
            speed: result.audioSeconds / elapsedSeconds,
            stems: result.stems.map((stem) => ({ ...stem, path: resolve(stem.path) })),
            warnings: result.warnings,
          }),
      elapsedSeconds,
      ...(error === undefined ? {} : { error }),
    })),
  };
}
