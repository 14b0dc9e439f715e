/**
 * What every task has in common: a model compiled in a Worker, songs that are streamed through it in
 * turns, further Workers where there are several, one that is replaced when it has died, and the end
 * of it all.
 *
 *   const pool = await WorkerPool.create({ name: "meter", withoutModel: "loudness", read }, options);
 *   for await (const { items } of pool.stream(openAudio(song), { options: {}, maxItems: 256 })) {
 *     for (const row of rowsOf(items.shortTerm)) show(row);      // each output by its name
 *   }
 */

import type { AudioSource } from "../../audio/audio_source.js";
import { abortable } from "../../base/abort.js";
import { DivisiError } from "../../base/errors.js";
import { Semaphore } from "../../base/semaphore.js";
import type { OnProgress } from "../../base/types.js";
import type {
  Calls,
  CallType,
  OpenedStream,
  Result,
  StreamFormat,
  TaskOptions,
} from "../protocol/calls.js";
import type { Items, Output } from "../protocol/items.js";
import {
  type LoadedWorker,
  openWorker,
  type PoolOptions,
  startWorker,
  type Task,
} from "./loaded_worker.js";
import { StreamJob } from "./stream_job.js";
import type { EngineInfo } from "./types.js";
import type { WorkerClient } from "./worker_client.js";
import { WorkerLease } from "./worker_lease.js";

/** One of the pool's Workers: not there until it is needed. */
interface Slot<Facts> {
  loaded: LoadedWorker<Facts> | undefined;
  /** Under way. */
  opening: Promise<LoadedWorker<Facts>> | undefined;
}

export interface PoolStreamOptions {
  /** The task's own, or what makes them when a Worker is leased. */
  readonly options: TaskOptions | ((client: WorkerClient) => Promise<TaskOptions>);
  /** The most items of an output that come at once. */
  readonly maxItems: number;
  /** The most items of an output that come in all. Default: all there are. */
  readonly limit?: number;
  readonly signal?: AbortSignal | undefined;
  /** Counts the frames that have gone in. */
  readonly onProgress?: OnProgress | undefined;
}

/** Some of what a stream gives. */
export interface Batch {
  readonly outputs: readonly Output[];
  /** By the outputs' names. */
  readonly items: Readonly<Record<string, Items>>;
}

export class WorkerPool<Facts> {
  readonly facts: Facts;
  readonly #task: Task<Facts>;
  readonly #options: PoolOptions;
  readonly #slots: Slot<Facts>[];
  readonly #semaphore: Semaphore;
  #closed = false;

  /**
   * Starts a Worker and loads the model into it.
   *
   * @param workers how many there are at most: all but the first start when they are needed
   */
  static async create<Facts>(
    task: Task<Facts>,
    options: PoolOptions,
    workers = 1,
  ): Promise<WorkerPool<Facts>> {
    const first = await startWorker(task, options, { keep: workers > 1 });
    return new WorkerPool(task, options, workers, first);
  }

  private constructor(
    task: Task<Facts>,
    options: PoolOptions,
    workers: number,
    first: LoadedWorker<Facts>,
  ) {
    this.facts = first.facts;
    this.#task = task;
    const { signal: _signal, onProgress: _onProgress, ...rest } = options;
    // Further workers, and those that take the place of dead ones, need not fetch the model again.
    this.#options = first.bytes ? { ...rest, model: first.bytes } : rest;
    this.#slots = Array.from({ length: workers }, (_, index) => ({
      loaded: index === 0 ? first : undefined,
      opening: undefined,
    }));
    this.#semaphore = new Semaphore(workers);
  }

  /** Where the app serves the .wasm files from, if it said so. */
  get wasmBase(): string | URL | undefined {
    return this.#options.wasmBase;
  }

  /** How many streams can be under way at once. */
  get workers(): number {
    return this.#slots.length;
  }

  /** Yields what a Worker makes of `source`, as soon as it is there: never nothing at all. */
  async *stream(
    source: AudioSource,
    { options, signal, onProgress, ...how }: PoolStreamOptions,
  ): AsyncGenerator<Batch, void, void> {
    this.checkOpen();
    signal?.throwIfAborted();
    const total = source.frameCount;
    const onPushed = onProgress && ((done: number) => onProgress({ done, total, unit: "frames" }));
    const lease = new WorkerLease(this.#semaphore, signal);
    try {
      const client = await lease.take(async (index) => (await this.#ready(index)).client);
      const given =
        typeof options === "function" ? await abortable(options(client), signal) : options;
      const opened = await lease.open(client, { format: formatOf(source), options: given });
      const job = new StreamJob(client, opened, source, { ...how, onPushed });
      lease.job = job;
      let next = job.next();
      for (;;) {
        const items = await abortable(next, signal);
        if (items === undefined) return;
        // The next ones are computed while the consumer is busy with these.
        next = job.next();
        next.catch(() => undefined);
        yield toBatch(opened, items);
      }
    } finally {
      lease.end();
    }
  }

  /** A call that leaves streams alone, answered when the first worker is at leisure. */
  async ask<T extends CallType>(type: T, payload: Calls[T]["request"]): Promise<Result<T>> {
    return (await this.#ready(0)).client.call(type, payload);
  }

  async inspect(): Promise<EngineInfo> {
    const { variant } = await this.#ready(0);
    const clients = this.#clients();
    const all = await Promise.all(clients.map((client) => client.call("inspect", null)));
    const wasmMemoryBytes = all.reduce((sum, each) => sum + each.wasmMemoryBytes, 0);
    return { variant, workers: clients.length, wasmMemoryBytes };
  }

  close(): void {
    this.#closed = true;
    for (const client of this.#clients()) client.close();
  }

  checkOpen(): void {
    if (this.#closed) throw new DivisiError("closed", `the ${this.#task.name} was closed`);
  }

  #clients(): WorkerClient[] {
    return this.#slots.flatMap(({ loaded }) => (loaded?.client.alive ? [loaded.client] : []));
  }

  /** The Worker of this index; a fresh one if there was none or it has died. */
  async #ready(index: number): Promise<LoadedWorker<Facts>> {
    this.checkOpen();
    const slot = this.#slots[index];
    if (!slot) throw new DivisiError("internal", `there is no worker ${index}`);
    if (slot.loaded?.client.alive) return slot.loaded;
    slot.opening ??= this.#open(slot).finally(() => {
      slot.opening = undefined;
    });
    return slot.opening;
  }

  async #open(slot: Slot<Facts>): Promise<LoadedWorker<Facts>> {
    const loaded = await openWorker(this.#task, this.#options, {});
    if (this.#closed) loaded.client.close();
    this.checkOpen();
    slot.loaded = loaded;
    return loaded;
  }
}

export function formatOf({ sampleRate, channelCount }: AudioSource): StreamFormat {
  return { sampleRate, channelCount };
}

function toBatch({ outputs }: OpenedStream, items: readonly Items[]): Batch {
  const named = outputs.flatMap(({ name }, i): [string, Items][] => {
    const of = items[i];
    return of ? [[name, of]] : [];
  });
  return { outputs, items: Object.fromEntries(named) };
}
