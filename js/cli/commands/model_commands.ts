/** `divisi models` and `divisi info MODEL`. */

import { DivisiError, loadModel, type ModelInfo, models } from "divisi";
import { type ErrorReport, reportError } from "../console/errors.js";
import type { Terminal } from "../console/terminal.js";
import { printable } from "../console/text.js";
import { modelArgument } from "../models/model_argument.js";
import { type ModelDocuments, readModelDocuments } from "../models/model_documents.js";
import { sha256Of } from "../models/sha256.js";
import { userModels } from "../models/user_models.js";

export function modelsCommand(json: boolean, terminal: Terminal): number {
  const imported = userModels();
  if (json) {
    terminal.printJson({ version: 1, command: "models", models, imported });
    return 0;
  }
  for (const { name, title, task, stems, labels, licence, size, dtype } of models) {
    const what =
      labels.length > 0 ? ` with ${labels.length} labels (${kindCounts(labels)})` : intoText(stems);
    terminal.print(`${name}  ${title}: ${task}${what}; ${licence}, ${megabytes(size)} (${dtype})`);
  }
  for (const name of imported) {
    terminal.print(`${name}  imported by you; "divisi info ${name}" shows its terms`);
  }
  return 0;
}

/** Models of other tasks than separation have no stems. */
function intoText(stems: readonly string[]): string {
  return stems.length > 0 ? ` into ${stems.join(", ")}` : "";
}

export async function infoCommand(
  model: string,
  json: boolean,
  terminal: Terminal,
): Promise<number> {
  const entry = models.find(({ name }) => name === model);
  const source = await modelArgument(model);
  let bytes: Uint8Array;
  try {
    bytes = typeof source === "string" ? await loadModel({ model: source }) : source;
  } catch (error) {
    // The catalogue knows much about a model that isn't installed.
    if (entry === undefined || !(error instanceof DivisiError)) throw error;
    printInfo(entry, undefined, reportError(error), json, terminal);
    return 1;
  }
  const file = {
    ...readModelDocuments(bytes, model),
    size: bytes.length,
    sha256: sha256Of(bytes),
  };
  printInfo(entry, file, undefined, json, terminal);
  return 0;
}

type HashedFile = ModelDocuments & { readonly size: number; readonly sha256: string };

function printInfo(
  entry: ModelInfo | undefined,
  file: HashedFile | undefined,
  error: ErrorReport | undefined,
  json: boolean,
  terminal: Terminal,
): void {
  if (json) {
    terminal.printJson({
      version: 1,
      command: "info",
      ...(entry === undefined ? {} : { catalogue: entry }),
      ...(file === undefined ? {} : file),
      ...(error === undefined ? {} : { error }),
    });
    return;
  }
  if (error !== undefined) terminal.complain(error.message);
  if (file !== undefined) {
    printFields(cardFields(file), terminal);
  } else if (entry !== undefined) {
    const { name, title, task, stems, labels, licence, size, sha256, dtype } = entry;
    const parts = {
      ...(stems.length > 0 && { stems: stems.join(", ") }),
      ...(labels.length > 0 && labelFields(labels)),
    };
    const fields = { name, title, task, ...parts, licence, weights: dtype };
    printFields({ ...fields, size: sizeText(size), sha256 }, terminal);
  }
}

/** The card in lines: whatever it says, nested parts as "part: field". */
function cardFields(file: HashedFile): Record<string, string> {
  const { card, task, parameters, parametersByDtype, size, sha256 } = file;
  const fields: Record<string, string> = {};
  const add = (name: string, value: unknown) => {
    if (value === undefined || value === null || name === "version") return;
    if (Array.isArray(value) && value.some((item) => typeof item === "object")) {
      value.forEach((item, index) => {
        add(`${name} ${index + 1}`, item);
      });
    } else if (Array.isArray(value)) {
      fields[name] = value.join(name === "limits" ? "; " : ", ");
    } else if (typeof value === "object") {
      for (const [key, item] of Object.entries(value)) add(`${name}: ${key}`, item);
    } else {
      fields[name] = String(value);
    }
  };
  for (const [key, value] of Object.entries(card)) add(key, value);
  add("task", task.task);
  add("stems", task.stems);
  if (Array.isArray(task.labels)) Object.assign(fields, labelFields(task.labels.filter(isLabel)));
  fields["sample rate"] = `${String(task.sampleRate)} Hz`;
  const dtypes = Object.entries(parametersByDtype).sort(([, a], [, b]) => b - a);
  fields.parameters = `${parameters}: ${dtypes.map(([key, n]) => `${n} ${key}`).join(", ")}`;
  fields.size = sizeText(size);
  fields.sha256 = sha256;
  return fields;
}

function printFields(fields: Readonly<Record<string, string>>, terminal: Terminal): void {
  const width = Math.max(...Object.keys(fields).map((name) => name.length));
  for (const [name, value] of Object.entries(fields)) {
    terminal.print(`${printable(name).padEnd(width)}  ${printable(value)}`);
  }
}

type Label = ModelInfo["labels"][number];

function isLabel(value: unknown): value is Label {
  const { name, kind } = (value ?? {}) as Partial<Label>;
  return typeof name === "string" && typeof kind === "string";
}

/** Names by kind, the kind with the most labels first. */
function byKind(labels: readonly Label[]): [kind: string, names: string[]][] {
  const kinds = new Map<string, string[]>();
  for (const { name, kind } of labels) kinds.set(kind, [...(kinds.get(kind) ?? []), name]);
  return [...kinds].sort(([, a], [, b]) => b.length - a.length);
}

/** "19 genre, 15 voice, 10 instrument" */
function kindCounts(labels: readonly Label[]): string {
  return byKind(labels)
    .map(([kind, names]) => `${names.length} ${kind}`)
    .join(", ");
}

function labelFields(labels: readonly Label[]): Record<string, string> {
  const kinds = byKind(labels).map(([kind, names]) => [`labels: ${kind}`, names.join(", ")]);
  return { labels: String(labels.length), ...Object.fromEntries(kinds) };
}

function sizeText(bytes: number): string {
  return `${bytes} bytes (${megabytes(bytes)})`;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
