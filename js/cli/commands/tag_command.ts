/** `divisi tag`: one model, any number of files; a file that fails doesn't stop the others. */

import { type Tag, Tagger } from "divisi";
import { csvRow } from "divisi/files";
import type { Terminal } from "../console/terminal.js";
import { defaultModel, openModel } from "../models/open_model.js";
import type { TagArguments } from "./arguments.js";
import { complainAbout, eachFile, exitCode, fileDocument, summary } from "./each_file.js";
import { tagFile } from "./tag_file.js";
import { tagTable } from "./tag_table.js";

/** Tags in a table; JSON has all of them. */
const defaultTop = 10;

/** @return the exit code. */
export async function tagCommand(options: TagArguments, terminal: Terminal): Promise<number> {
  const { files, json, csv, top } = options;
  const model = options.model ?? defaultModel("tagging");
  const tagger = await openModel(model, "tagging", terminal, (how) => Tagger.create(how));
  try {
    const labels = tagger.labels.map(({ name }) => name);
    // Each row as soon as it is there: a catalogue takes hours, and somebody may want to follow it.
    if (csv) terminal.printRaw(csvRow(["file", ...labels]));
    const outcomes = await eachFile(
      files,
      terminal,
      (file, _index, onProgress) => tagFile(tagger, file, terminal.signal, onProgress),
      (outcome) => {
        if (json) return;
        complainAbout(outcome, terminal);
        const { file, result, elapsedSeconds } = outcome;
        if (result === undefined) return;
        if (csv) {
          terminal.printRaw(
            csvRow([file, ...(result.silent ? silent(labels) : scores(labels, result.tags))]),
          );
          return;
        }
        terminal.print(summary(file, result, elapsedSeconds));
        if (result.silent) terminal.print("  silent: there is nothing to hear in it");
        else
          for (const line of tagTable(result.tags.slice(0, top ?? defaultTop), terminal.width)) {
            terminal.print(line);
          }
      },
    );
    if (json) {
      terminal.printJson({
        version: 1,
        command: "tag",
        model,
        files: outcomes.map((outcome) =>
          fileDocument(outcome, ({ padded, tags }) => ({ padded, tags: tags.slice(0, top) })),
        ),
      });
    }
    return exitCode(outcomes);
  } finally {
    tagger.close();
  }
}

/** A score of 0 would be a statement. */
function silent(labels: readonly string[]): string[] {
  return labels.map(() => "silent");
}

/** In the order of the labels, which is the same for every file. */
function scores(labels: readonly string[], tags: readonly Tag[]): number[] {
  const byName = new Map(tags.map(({ name, score }) => [name, score]));
  return labels.map((label) => byName.get(label) ?? Number.NaN);
}
