/**
 * The Worker's end of the protocol: one engine, one task, any number of streams.
 *
 * An engine that ran out of memory or trapped cannot be trusted any more: it is dropped with all its
 * streams, and the next one gets a fresh engine. So the compiled Wasm and the model's bytes stay here.
 */

import { DivisiError } from "../../base/errors.js";
import type { EngineSize, OnProgress } from "../../base/types.js";
import { PlaybackWorker } from "../../live/playback/playback_worker.js";
import { fetchModel, type ModelHost } from "../../models/model_loader.js";
import type { Calls, CallType, Notice, Reply, Request, Result } from "../protocol/calls.js";
import { toFailure } from "../protocol/failure.js";
import { buffersOf } from "../protocol/items.js";
import type { EngineStream } from "./engine_stream.js";
import { startLiveRelay } from "./live_relay.js";
import { type TaskSource, WasmEngine } from "./wasm_engine.js";

/** What differs between a browser's Worker and Node's. */
export interface WorkerHost extends ModelHost {
  compile(wasmUrl: string): Promise<WebAssembly.Module>;
  reply(message: Reply | Notice, transfer: ArrayBuffer[]): void;
}

type Handlers = {
  [T in CallType]: (
    payload: Calls[T]["request"],
    onProgress: OnProgress,
  ) => Promise<Result<T>> | Result<T>;
};
type AnyHandler = (payload: unknown, onProgress: OnProgress) => Promise<Result<CallType>>;

/** Returns the function that takes the Worker's messages. */
export function serve(host: WorkerHost): (message: Request) => void {
  const session = new Session(host);
  // Handlers may be asynchronous; replies keep the order of the requests all the same.
  let last = Promise.resolve();
  return (request) => {
    last = last.then(() => answer(session, host, request));
  };
}

async function answer(session: Session, host: WorkerHost, request: Request): Promise<void> {
  try {
    const { id } = request;
    const handle = session.handlers[request.type] as AnyHandler;
    const result = await handle(request.payload, (progress) => host.reply({ id, progress }, []));
    const transfer = transferOf(request.type, result);
    host.reply({ id, ok: true, result }, transfer);
  } catch (error) {
    host.reply({ id: request.id, ok: false, failure: toFailure(error) }, []);
  }
}

/** What of a result is handed over instead of copied. */
function transferOf(type: CallType, result: Result<CallType>): ArrayBuffer[] {
  if (type === "fetch") return [(result as Result<"fetch">).bytes.buffer];
  return type === "pull" ? (result as Result<"pull">).items.flatMap(buffersOf) : [];
}

class Session {
  readonly #host: WorkerHost;
  #settings: Calls["start"]["request"] | undefined;
  #wasm: WebAssembly.Module | undefined;
  #size: EngineSize = "small";
  #source: TaskSource | undefined;
  #engine: WasmEngine | undefined;
  readonly #streams = new Map<number, EngineStream>();
  #lastNumber = 0;

  constructor(host: WorkerHost) {
    this.#host = host;
  }

  readonly handlers: Handlers = {
    start: async (settings) => {
      this.#settings = settings;
      this.#wasm = await this.#host.compile(settings.wasmUrls.small);
      await this.#ready();
      return null;
    },
    fetch: async (request, onProgress) => {
      const bytes = await fetchModel(this.#host, request, onProgress);
      // A view of something larger (as Node's Buffers may be) cannot be handed over.
      return { bytes: bytes.byteLength === bytes.buffer.byteLength ? bytes : bytes.slice() };
    },
    inspect: async () => ({ wasmMemoryBytes: (await this.#ready()).memoryBytes }),
    load: async (request, onProgress) => {
      if ("task" in request) {
        this.#source = request;
        return { task: JSON.stringify(request), card: "{}", bytes: undefined };
      }
      const model = await fetchModel(this.#host, request, onProgress);
      const documents = await this.#onEnough((engine) => engine.describe(model));
      this.#source = { model, live: false };
      return { ...documents, bytes: request.keep ? new Blob([model]) : undefined };
    },
    compile: async ({ live }) => {
      if (this.#source && "model" in this.#source) this.#source = { ...this.#source, live };
      const source = this.#loaded();
      await this.#onEnough((engine) => engine.compile(source));
      return null;
    },
    chunks: async ({ frameCount, ...request }) => {
      const engine = await this.#compiled();
      return { chunks: this.#guard(() => engine.chunks(request, frameCount)) };
    },
    open: async (request) => {
      const engine = await this.#compiled();
      const opened = this.#guard(() => engine.open(request));
      const stream = ++this.#lastNumber;
      this.#streams.set(stream, opened);
      return { stream, outputs: opened.outputs, timing: opened.timing };
    },
    push: ({ stream, channels }) =>
      this.#with(stream, (open) => {
        open.push(channels);
        return { available: open.available() };
      }),
    pull: ({ stream, maxItems }) =>
      this.#with(stream, (open) => ({
        items: open.outputs.map((_, output) => open.pull(output, maxItems)),
      })),
    finish: ({ stream }) =>
      this.#with(stream, (open) => {
        open.finish();
        return { available: open.available() };
      }),
    end: ({ stream }) => {
      const open = this.#streams.get(stream);
      this.#streams.delete(stream);
      if (open) this.#guard(() => open.close());
      return null;
    },
    relay: (request) =>
      this.#with(request.stream, (open) => {
        startLiveRelay(request, open, (work) => this.#guard(work));
        return null;
      }),
    play: (request) => {
      new PlaybackWorker(request);
      return null;
    },
  };

  async #ready(): Promise<WasmEngine> {
    if (!this.#settings || !this.#wasm) {
      throw new DivisiError("internal", "the worker was not started");
    }
    const { variant, maxMemoryBytes } = this.#settings;
    this.#engine ??= await WasmEngine.create(this.#wasm, variant, maxMemoryBytes);
    return this.#engine;
  }

  /** The engine, with the task compiled: anew where the last one broke. */
  async #compiled(): Promise<WasmEngine> {
    const engine = await this.#ready();
    const source = this.#loaded();
    this.#guard(() => engine.compile(source));
    return engine;
  }

  #loaded(): TaskSource {
    if (!this.#source) throw new DivisiError("internal", "nothing was loaded");
    return this.#source;
  }

  /** Runs `work`; where the small engine lacks something, once more on the whole one. */
  async #onEnough<T>(work: (engine: WasmEngine) => T): Promise<T> {
    const engine = await this.#ready();
    try {
      return this.#guard(() => work(engine));
    } catch (error) {
      if (!(error instanceof DivisiError && error.code === "unsupported")) throw error;
      if (!(await this.#takeWhole())) throw error;
    }
    const whole = await this.#ready();
    return this.#guard(() => work(whole));
  }

  /** @return whether there is a larger engine now; where it can't be had, the first error says more */
  async #takeWhole(): Promise<boolean> {
    if (this.#size === "whole" || !this.#settings) return false;
    try {
      this.#wasm = await this.#host.compile(this.#settings.wasmUrls.whole);
    } catch {
      return false;
    }
    this.#size = "whole";
    this.#engine = undefined;
    this.#streams.clear();
    return true;
  }

  #with<T>(stream: number, work: (open: EngineStream) => T): T {
    const open = this.#streams.get(stream);
    if (!open) throw new DivisiError("closed", "the stream has ended");
    return this.#guard(() => work(open));
  }

  #guard<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      if (isFatal(error)) {
        this.#engine = undefined;
        this.#streams.clear();
      }
      throw error;
    }
  }
}

/** Whether the engine may have been left half way through something. */
function isFatal(error: unknown): boolean {
  if (!(error instanceof DivisiError)) return true;
  return error.code === "out-of-memory" || error.code === "internal";
}
