/**
 * The Worker's end of the protocol: one engine, one model, one stream at a time.
 *
 * An engine that ran out of memory or trapped cannot be trusted any more: it is dropped, and the
 * next stream gets a fresh one. So the compiled Wasm and the model's bytes stay here.
 */

import { DivisiError } from "./errors.js";
import { describeModel, EngineModule, type Stream } from "./module.js";
import {
  type Calls,
  type CallType,
  type Reply,
  type Request,
  type Result,
  toFailure,
} from "./protocol.js";

export interface WorkerHost {
  compile(wasmUrl: string): Promise<WebAssembly.Module>;
  reply(message: Reply, transfer: ArrayBuffer[]): void;
}

type Handlers = {
  [T in CallType]: (payload: Calls[T]["request"]) => Promise<Result<T>> | Result<T>;
};

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
    const handle = session.handlers[request.type] as (payload: unknown) => Promise<Result<CallType>>;
    const result = await handle(request.payload);
    const transfer =
      request.type === "pull" ? buffersOf((result as Result<"pull">).stems.flat()) : [];
    host.reply({ id: request.id, ok: true, result }, transfer);
  } catch (error) {
    host.reply({ id: request.id, ok: false, failure: toFailure(error) }, []);
  }
}

function buffersOf(arrays: readonly Float32Array<ArrayBuffer>[]): ArrayBuffer[] {
  return arrays.map((array) => array.buffer);
}

class Session {
  readonly #host: WorkerHost;
  #settings: Calls["start"]["request"] | undefined;
  #compiled: WebAssembly.Module | undefined;
  #model: Uint8Array | undefined;
  #engine: EngineModule | undefined;
  #stream: Stream | undefined;

  constructor(host: WorkerHost) {
    this.#host = host;
  }

  readonly handlers: Handlers = {
    start: async (settings) => {
      this.#settings = settings;
      this.#compiled = await this.#host.compile(settings.wasmUrl);
      await this.#ready();
      return null;
    },
    load: async ({ bytes }) => {
      const engine = await this.#ready();
      const documents = this.#guard(() => describeModel(engine, bytes));
      this.#model = bytes;
      return documents;
    },
    open: async (request) => {
      this.#endStream();
      const engine = await this.#ready();
      const model = this.#model;
      if (!model) throw new DivisiError("internal", "open came before load");
      this.#stream = this.#guard(() => engine.openStream(model, request));
      return { stems: this.#stream.stems };
    },
    push: ({ channels }) => this.#withStream((stream) => ({ ready: stream.push(channels) })),
    pull: ({ maxFrames }) => this.#withStream((stream) => stream.pull(maxFrames)),
    finish: () => this.#withStream((stream) => ({ ready: stream.finish() })),
    end: () => {
      this.#endStream();
      return null;
    },
    inspect: async () => ({ wasmMemoryBytes: (await this.#ready()).memoryBytes }),
  };

  async #ready(): Promise<EngineModule> {
    if (!this.#settings || !this.#compiled) {
      throw new DivisiError("internal", "the worker was not started");
    }
    const { variant, maxMemoryBytes } = this.#settings;
    this.#engine ??= await EngineModule.create(this.#compiled, variant, maxMemoryBytes);
    return this.#engine;
  }

  #withStream<T>(work: (stream: Stream) => T): T {
    const stream = this.#stream;
    if (!stream) throw new DivisiError("closed", "the stream has ended");
    return this.#guard(() => work(stream));
  }

  #endStream(): void {
    const stream = this.#stream;
    this.#stream = undefined;
    if (stream) this.#guard(() => stream.close());
  }

  #guard<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      if (isFatal(error)) {
        this.#engine = undefined;
        this.#stream = undefined;
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
