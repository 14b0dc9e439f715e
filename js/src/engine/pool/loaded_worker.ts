/** A Worker with a model in it: how one is started, and what a task reads in the model. */

import { abortable } from "../../base/abort.js";
import { DivisiError } from "../../base/errors.js";
import type { Variant } from "../../base/types.js";
import { modelRequest } from "../../models/model_request.js";
import type { ModelDocuments } from "../protocol/calls.js";
import type { EngineOptions, LoadOptions } from "./types.js";
import { WorkerClient } from "./worker_client.js";

/** A kind of task: how its errors call it, and what it reads in a model's documents. */
export interface Task<Facts> {
  readonly name: string;
  /** The engine has checked the documents; throws where they are those of another task. */
  read(documents: ModelDocuments): Facts;
}

export interface LoadedWorker<Facts> {
  readonly client: WorkerClient;
  readonly variant: Variant;
  readonly facts: Facts;
  /** The model's file, if it was to be kept for further workers. */
  readonly bytes: Blob | undefined;
}

/**
 * Starts a Worker and loads the model into it; whoever calls has to close its client.
 *
 * @param keep whether the model's file is to be kept for further Workers
 */
export async function startWorker<Facts>(
  task: Task<Facts>,
  options: PoolOptions,
  keep = false,
): Promise<LoadedWorker<Facts>> {
  const { signal } = options;
  signal?.throwIfAborted();
  const opening = openWorker(task, options, keep);
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
  keep: boolean,
): Promise<LoadedWorker<Facts>> {
  const request = modelRequest(options);
  const client = new WorkerClient(options);
  try {
    // The Wasm comes first: where it does not run, nothing large need be fetched.
    const variant = await client.start(options);
    const { onProgress } = options;
    const documents = await client.call("load", { ...request, keep }, { onProgress });
    return { client, variant, facts: task.read(documents), bytes: documents.bytes };
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

export interface PoolOptions extends EngineOptions, LoadOptions {}
