/**
 * What every task has in common: a model in a Worker of its own, songs that are streamed through it
 * in turns, a Worker that is replaced when it has died, and the end of it all.
 */

import { abortable } from "./abort.js";
import type { AudioSource } from "./audio.js";
import { Engine } from "./engine.js";
import { DivisiError } from "./errors.js";
import { modelRequest } from "./models.js";
import type { ModelDocuments } from "./protocol.js";
import { type Outlet, Pump } from "./pump.js";
import { Queue } from "./queue.js";
import { Turn } from "./turn.js";
import type { EngineInfo, EngineOptions, LoadOptions, Variant } from "./types.js";

export interface RunnerOptions extends EngineOptions, LoadOptions {}

/** A kind of task: how its errors call it, and what it reads in a model's documents. */
export interface Task<Facts> {
  readonly name: string;
  /** The engine has checked the documents; throws where they are those of another task. */
  read(documents: ModelDocuments): Facts;
}

export interface Loaded<Facts> {
  readonly engine: Engine;
  readonly variant: Variant;
  readonly facts: Facts;
}

export class Runner<Facts> {
  readonly #task: Task<Facts>;
  readonly #options: RunnerOptions;
  readonly #queue = new Queue();
  #loaded: Loaded<Facts>;
  #closed = false;

  /** Starts a Worker and loads the model into it. */
  static async create<Facts>(task: Task<Facts>, options: RunnerOptions): Promise<Runner<Facts>> {
    return new Runner(task, options, await startEngine(task, options));
  }

  private constructor(task: Task<Facts>, options: RunnerOptions, loaded: Loaded<Facts>) {
    this.#task = task;
    this.#options = options;
    this.#loaded = loaded;
  }

  /** What the task read in the model's documents. */
  get facts(): Facts {
    return this.#loaded.facts;
  }

  /**
   * Yields what the engine makes of `source`, as soon as it is there. `open` opens the engine's
   * stream when its turn has come.
   */
  async *stream<T>(
    source: AudioSource,
    signal: AbortSignal | undefined,
    open: (engine: Engine) => Promise<Outlet<T>>,
  ): AsyncGenerator<T, void, void> {
    this.checkOpen();
    signal?.throwIfAborted();
    const turn = new Turn(this.#queue, signal);
    try {
      const engine = await turn.take(async () => (await this.#ready()).engine);
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

  async inspect(): Promise<EngineInfo> {
    const { engine, variant } = await this.#ready();
    return { variant, ...(await engine.call("inspect", null)) };
  }

  close(): void {
    this.#closed = true;
    this.#loaded.engine.close();
  }

  checkOpen(): void {
    if (this.#closed) throw new DivisiError("closed", `the ${this.#task.name} was closed`);
  }

  /** The engine; a fresh one if the Worker has died. */
  async #ready(): Promise<Loaded<Facts>> {
    this.checkOpen();
    if (this.#loaded.engine.alive) return this.#loaded;
    const { signal: _signal, onProgress: _onProgress, ...options } = this.#options;
    const loaded = await openEngine(this.#task, options);
    if (this.#closed) loaded.engine.close();
    this.checkOpen();
    this.#loaded = loaded;
    return loaded;
  }
}

/** Starts a Worker and loads the model into it; whoever calls has to close the engine. */
export async function startEngine<Facts>(
  task: Task<Facts>,
  options: RunnerOptions,
): Promise<Loaded<Facts>> {
  const { signal } = options;
  signal?.throwIfAborted();
  const opening = openEngine(task, options);
  try {
    return await abortable(opening, signal);
  } catch (error) {
    opening.then(({ engine }) => engine.close()).catch(() => undefined);
    throw error;
  }
}

async function openEngine<Facts>(
  task: Task<Facts>,
  options: RunnerOptions,
): Promise<Loaded<Facts>> {
  const request = modelRequest(options);
  const engine = new Engine(options);
  try {
    // The Wasm comes first: where it does not run, nothing large need be fetched.
    const variant = await engine.start(options);
    const { onProgress } = options;
    const facts = task.read(await engine.call("load", request, { onProgress }));
    return { engine, variant, facts };
  } catch (error) {
    engine.close();
    throw error;
  }
}

/** @returns a model's `divisi.task`, if it is one for `task`. */
export function readTask<T extends { task: string }>(json: string, task: T["task"]): T {
  const document = JSON.parse(json) as T;
  if (document.task === task) return document;
  throw new DivisiError("bad-model", `expected a ${task} model, got one for ${document.task}`);
}
