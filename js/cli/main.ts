#!/usr/bin/env node
/** The command `divisi`. Everything it can do is in help.ts. */

import { analyseCommand } from "./commands/analyse_command.js";
import { type Arguments, parseArguments } from "./commands/arguments.js";
import { importCommand } from "./commands/import_command.js";
import { loudnessCommand } from "./commands/loudness_command.js";
import { infoCommand, modelsCommand } from "./commands/model_commands.js";
import { sampleCommand } from "./commands/sample/sample_command.js";
import { separateCommand } from "./commands/separate_command.js";
import { tagCommand } from "./commands/tag_command.js";
import { transcribeCommand } from "./commands/transcribe/transcribe_command.js";
import { CliError, isAbort, reportError, UsageError } from "./console/errors.js";
import { fileArguments } from "./console/file_paths.js";
import { ProgressView } from "./console/progress_view.js";
import type { Terminal } from "./console/terminal.js";
import { printable, printableJson, printableLines } from "./console/text.js";
import { version } from "./console/version.js";
import { help } from "./help.js";
import { Interruption } from "./interruption.js";

const interruption = new Interruption();
const terminal: Terminal = {
  progress: new ProgressView(process.stderr),
  signal: interruption.signal,
  width: process.stdout.isTTY ? process.stdout.columns : undefined,
  print: (line) => {
    process.stdout.write(`${printable(line)}\n`);
  },
  printRaw: (text) => {
    process.stdout.write(process.stdout.isTTY ? printableLines(text) : text);
  },
  printJson: (document) => {
    process.stdout.write(`${printableJson(document)}\n`);
  },
  complain: (message) => {
    process.stderr.write(`divisi: ${printable(message.replace(/\s*\n\s*/g, " "))}\n`);
  },
};

async function run(args: Arguments): Promise<number> {
  switch (args.command) {
    case "separate":
      return separateCommand(args, terminal);
    case "tag":
      return tagCommand(args, terminal);
    case "loudness":
      return loudnessCommand(args, terminal);
    case "analyse":
      return analyseCommand(args, terminal);
    case "transcribe":
      return transcribeCommand(args, terminal);
    case "sample":
      return sampleCommand(args, terminal);
    case "models":
      return modelsCommand(args.json, terminal);
    case "info":
      return infoCommand(args.model, args.json, terminal);
    case "import":
      return importCommand(args, terminal);
    case "help":
      process.stdout.write(help);
      return 0;
    case "version":
      terminal.print(version());
      return 0;
  }
}

/** Node's own words for it are a trace of several lines. */
function checkWorkingFolder(): void {
  try {
    process.cwd();
  } catch {
    const what = "the working folder doesn't exist any more: change to another one and try again";
    throw new CliError("file-not-found", what);
  }
}

async function main(args: readonly string[]): Promise<number> {
  // Also where the arguments are wrong, who asks for JSON gets JSON.
  const json = args.includes("--json");
  try {
    checkWorkingFolder();
    return await run(parseArguments(args));
  } catch (error) {
    const report = reportError(error);
    if (json) terminal.printJson({ version: 1, error: report });
    else terminal.complain(report.message);
    if (!json && error instanceof UsageError) terminal.complain('"divisi --help" tells more');
    if (isAbort(error)) return 1;
    return report.code === "wrong-use" || report.code === "model-not-found" ? 2 : 1;
  }
}

// Whoever reads the output may stop reading, as `| head` does: that is no error.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
});
interruption.listen();
process.exitCode = await interruption.finish(main(fileArguments(process.argv.slice(2))));
