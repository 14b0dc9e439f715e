/** A Worker with a model in it: how one is started, and what a task reads in the model. */

import { abortable } from "../../base/abort.js";
import { DivisiError } from "../../base/errors.js";
import { checkOptions } from "../../base/options.js";
import type { Variant } from "../../base/types.js";
import { urlOf } from "../../base/urls.js";
import { modelRequest } from "../../models/model_request.js";
import type { LoadRequest, ModelDocuments } from "../protocol/calls.js";
import type { EngineInfo, EngineOptions, LoadOptions } from "./types.js";
import { checkVariant } from "./variants.js";
import { checkMaxMemory, WorkerClient } from "./worker_client.js";

/** A kind of task: how its errors call it, and what it reads in a model's documents. */
export interface Task<Facts> {
  readonly name: string;
  /** What the core calls a task that needs no model. */
  readonly withoutModel?: string;
  /** The engine has checked the documents; throws where they are those of another task. */
  read(documents: ModelDocuments): Facts;
}

/** Those of a model may be missing only where the task needs none. */
export type PoolOptions = EngineOptions & Partial<LoadOptions>;

/** How a Worker is used. */
export interface WorkerUse {
  /** Whether the model's file is to be kept for further Workers. */
  readonly keep?: boolean;
  /** Whether its streams are live ones. */
  readonly live?: boolean;
}

export interface LoadedWorker<Facts> {
  readonly client: WorkerClient;
  readonly variant: Variant;
  readonly facts: Facts;
  /** The model's file, if it was to be kept for further workers. */
  readonly bytes: Blob | undefined;
}

/** Refuses at once what starting a Worker would refuse sooner or later. */
export function checkPoolOptions(options: PoolOptions): void {
  checkOptions(options);
  modelRequest(options);
  checkVariant(options.variant);
  checkMaxMemory(options.maxMemoryBytes);
  for (const name of ["wasmBase", "workerUrl"] as const) {
    if (options[name] !== undefined) urlOf(options[name], name);
  }
}

/** Starts a Worker and compiles the task in it; whoever calls has to close its client. */
export async function startWorker<Facts>(
  task: Task<Facts>,
  options: PoolOptions,
  use: WorkerUse = {},
): Promise<LoadedWorker<Facts>> {
  checkOptions(options);
  const { signal } = options;
  signal?.throwIfAborted();
  const opening = openWorker(task, options, use);
  try {
    return await abortable(opening, signal);
  } catch (error) {
    opening.then(({ client }) => client.close()).catch(() => undefined);
    throw error;
  }
}

export async function openWorker<Facts>(
  task: Task<Facts>,
  options: PoolOptions,
  { keep = false, live = false }: WorkerUse,
): Promise<LoadedWorker<Facts>> {
  const { withoutModel } = task;
  const request: LoadRequest | { task: string } =
    withoutModel === undefined ? { ...modelRequest(options), keep } : { task: withoutModel };
  const client = new WorkerClient(options);
  try {
    // The Wasm comes first: where it does not run, nothing large need be fetched.
    const variant = await client.start(options);
    const { onProgress } = options;
    const documents = await client.call("load", request, { onProgress });
    const facts = task.read(documents);
    await client.call("compile", { live });
    return { client, variant, facts, bytes: documents.bytes };
  } catch (error) {
    client.close();
    throw error;
  }
}

/** @returns a model's `divisi.task`, if it is one for `task`. */
export function readTask<T extends { task: string }>(json: string, task: T["task"]): T {
  const document = JSON.parse(json) as T;
  if (document.task === task) return document;
  throw new DivisiError("bad-model", `expected a ${task} model, got one for ${document.task}`);
}

export async function inspectWorker({
  client,
  variant,
}: LoadedWorker<unknown>): Promise<EngineInfo> {
  return { variant, workers: 1, ...(await client.call("inspect", null)) };
}
