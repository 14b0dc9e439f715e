/** Opens the model of a command: found, of the right kind, and with a bar while it loads. */

import { basename } from "node:path";
import { type ModelInfo, models } from "divisi";
import { isAbort, UsageError } from "../console/errors.js";
import type { Terminal } from "../console/terminal.js";
import { modelArgument } from "./model_argument.js";
import { readModelDocuments } from "./model_documents.js";

type Task = ModelInfo["task"];

const commands: Readonly<Record<Task, string>> = {
  separation: "separate",
  tagging: "tag",
  beats: "analyse",
  chords: "analyse",
  notes: "transcribe",
  melody: "transcribe",
  drums: "transcribe",
};

/** The name of the catalogue's default for a task; the catalogue lists defaults first. */
export function defaultModel(task: Task): string {
  return models.find((model) => model.task === task)?.name ?? "";
}

/** @param tasks of the model, any of them. @param create what makes the engine of the command from the model. */
export async function openModel<T>(
  model: string,
  tasks: Task | readonly [Task, ...Task[]],
  { progress, signal }: Terminal,
  create: (options: { model: string | Uint8Array; signal: AbortSignal }) => Promise<T>,
): Promise<T> {
  progress.start(basename(model));
  try {
    const source = await modelArgument(model);
    refuseOtherTask(model, source, typeof tasks === "string" ? [tasks] : tasks);
    return await create({ model: source, signal });
  } catch (error) {
    throw modelError(error, model);
  } finally {
    progress.clear();
  }
}

/** The engine would refuse it too, but can't know which command was meant. */
function refuseOtherTask(
  model: string,
  source: string | Uint8Array,
  wanted: readonly [Task, ...Task[]],
): void {
  const task = typeof source === "string" ? catalogueTask(source) : fileTask(source, model);
  if (!isTask(task) || wanted.includes(task)) return;
  throw new UsageError(
    `--model "${model}": is a ${task} model, which "divisi ${commands[task]}" runs; ` +
      `"divisi ${commands[wanted[0]]}" needs a ${wanted.join(" or ")} model`,
  );
}

function isTask(task: unknown): task is Task {
  return typeof task === "string" && Object.hasOwn(commands, task);
}

function catalogueTask(model: string): unknown {
  return models.find(({ name }) => name === model)?.task;
}

/** undefined for what is no model file: the engine says best what is wrong with it. */
function fileTask(bytes: Uint8Array, model: string): unknown {
  try {
    return readModelDocuments(bytes, model).task.task;
  } catch {
    return undefined;
  }
}

/** Messages about bytes don't know the file's name. */
function modelError(error: unknown, model: string): unknown {
  if (!(error instanceof Error) || isAbort(error) || error.message.includes(model)) return error;
  error.message = `${model}: ${error.message}`;
  return error;
}
