/**
 * What every task has in common: a model in a Worker of its own, songs that are streamed through it
 * in turns, further Workers where there are several, one that is replaced when it has died, and the
 * end of it all.
 */

import type { AudioSource } from "../../audio/audio_source.js";
import { abortable } from "../../base/abort.js";
import { DivisiError } from "../../base/errors.js";
import { Places } from "../../base/semaphore.js";
import type { Calls, CallType, Result } from "../protocol/calls.js";
import {
  type Loaded,
  openEngine,
  type RunnerOptions,
  startEngine,
  type Task,
} from "./loaded_worker.js";
import { type Outlet, Pump } from "./stream_job.js";
import type { EngineInfo } from "./types.js";
import type { Engine } from "./worker_client.js";
import { Turn } from "./worker_lease.js";

/** A worker's place: empty until it is needed. */
interface Slot<Facts> {
  loaded: Loaded<Facts> | undefined;
  /** Under way. */
  opening: Promise<Loaded<Facts>> | undefined;
}

export class Runner<Facts> {
  readonly facts: Facts;
  readonly #task: Task<Facts>;
  readonly #options: RunnerOptions;
  readonly #slots: Slot<Facts>[];
  readonly #places: Places;
  #closed = false;

  /**
   * Starts a Worker and loads the model into it.
   *
   * @param workers how many there are at most: all but the first start when they are needed
   */
  static async create<Facts>(
    task: Task<Facts>,
    options: RunnerOptions,
    workers = 1,
  ): Promise<Runner<Facts>> {
    const first = await startEngine(task, options, workers > 1);
    return new Runner(task, options, workers, first);
  }

  private constructor(
    task: Task<Facts>,
    options: RunnerOptions,
    workers: number,
    first: Loaded<Facts>,
  ) {
    this.facts = first.facts;
    this.#task = task;
    const { signal: _signal, onProgress: _onProgress, ...rest } = options;
    // Further workers, and those that take the place of dead ones, need not fetch the model again.
    this.#options = first.bytes ? { ...rest, model: first.bytes } : rest;
    this.#slots = Array.from({ length: workers }, (_, place) => ({
      loaded: place === 0 ? first : undefined,
      opening: undefined,
    }));
    this.#places = new Places(workers);
  }

  /** How many streams can be under way at once. */
  get workers(): number {
    return this.#slots.length;
  }

  /**
   * Yields what an engine makes of `source`, as soon as it is there. `open` opens the engine's
   * stream when its turn has come.
   */
  async *stream<T>(
    source: AudioSource,
    signal: AbortSignal | undefined,
    open: (engine: Engine) => Promise<Outlet<T>>,
  ): AsyncGenerator<T, void, void> {
    this.checkOpen();
    signal?.throwIfAborted();
    const turn = new Turn(this.#places, signal);
    try {
      const engine = await turn.take(async (place) => (await this.#ready(place)).engine);
      const pump = new Pump(engine, source, await abortable(open(engine), signal));
      turn.pump = pump;
      let next = pump.next();
      for (;;) {
        const result = await abortable(next, signal);
        if (result === undefined) return;
        // The next one is computed while the consumer is busy with this one.
        next = pump.next();
        next.catch(() => undefined);
        yield result;
      }
    } finally {
      turn.end();
    }
  }

  /** A call that leaves streams alone, answered when the first worker is at leisure. */
  async ask<T extends CallType>(type: T, payload: Calls[T]["request"]): Promise<Result<T>> {
    return (await this.#ready(0)).engine.call(type, payload);
  }

  async inspect(): Promise<EngineInfo> {
    const { variant } = await this.#ready(0);
    const engines = this.#engines();
    const all = await Promise.all(engines.map((engine) => engine.call("inspect", null)));
    const wasmMemoryBytes = all.reduce((sum, each) => sum + each.wasmMemoryBytes, 0);
    return { variant, workers: engines.length, wasmMemoryBytes };
  }

  close(): void {
    this.#closed = true;
    for (const engine of this.#engines()) engine.close();
  }

  checkOpen(): void {
    if (this.#closed) throw new DivisiError("closed", `the ${this.#task.name} was closed`);
  }

  #engines(): Engine[] {
    return this.#slots.flatMap(({ loaded }) => (loaded?.engine.alive ? [loaded.engine] : []));
  }

  /** The engine at a place; a fresh one if there was none or its Worker has died. */
  async #ready(place: number): Promise<Loaded<Facts>> {
    this.checkOpen();
    const slot = this.#slots[place];
    if (!slot) throw new DivisiError("internal", `there is no worker ${place}`);
    if (slot.loaded?.engine.alive) return slot.loaded;
    slot.opening ??= this.#open(slot).finally(() => {
      slot.opening = undefined;
    });
    return slot.opening;
  }

  async #open(slot: Slot<Facts>): Promise<Loaded<Facts>> {
    const loaded = await openEngine(this.#task, this.#options, false);
    if (this.#closed) loaded.engine.close();
    this.checkOpen();
    slot.loaded = loaded;
    return loaded;
  }
}
