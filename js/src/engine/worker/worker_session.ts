/**
 * The Worker's end of the protocol: one engine, one model, one stream at a time.
 *
 * An engine that ran out of memory or trapped cannot be trusted any more: it is dropped, and the
 * next stream gets a fresh one. So the compiled Wasm and the model's bytes stay here.
 */

import { DivisiError } from "../../base/errors.js";
import type { OnProgress } from "../../base/types.js";
import { headroomFrames } from "../../live/latency.js";
import { PlaybackWorker } from "../../live/playback/playback_worker.js";
import { fetchModel, type ModelHost } from "../../models/model_loader.js";
import type { Calls, CallType, Notice, Reply, Request, Result } from "../protocol/calls.js";
import { toFailure } from "../protocol/failure.js";
import {
  ComputingStream,
  type EngineStream,
  LiveStream,
  MeasuringStream,
  SeparationStream,
  TaggingStream,
} from "./engine_stream.js";
import { startSeparatorRelay } from "./separator_relay.js";
import { startTaggerRelay } from "./tagger_relay.js";
import { describeModel, WasmEngine } from "./wasm_engine.js";

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
    const transfer = buffersOf(request.type, result);
    host.reply({ id, ok: true, result }, transfer);
  } catch (error) {
    host.reply({ id: request.id, ok: false, failure: toFailure(error) }, []);
  }
}

/** What of a result is handed over instead of copied. */
function buffersOf(type: CallType, result: Result<CallType>): ArrayBuffer[] {
  if (type === "fetch") return [(result as Result<"fetch">).bytes.buffer];
  if (type !== "pull") return [];
  return (result as Result<"pull">).stems.flat().map((samples) => samples.buffer);
}

type Class<S> = abstract new (...parameters: never[]) => S;

class Session {
  readonly #host: WorkerHost;
  #settings: Calls["start"]["request"] | undefined;
  #compiled: WebAssembly.Module | undefined;
  #model: Uint8Array | undefined;
  #task = "";
  #engine: WasmEngine | undefined;
  #stream: EngineStream | undefined;

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
    fetch: async (request, onProgress) => {
      const bytes = await fetchModel(this.#host, request, onProgress);
      // A view of something larger (as Node's Buffers may be) cannot be handed over.
      return { bytes: bytes.byteLength === bytes.buffer.byteLength ? bytes : bytes.slice() };
    },
    load: async (request, onProgress) => {
      const bytes = await fetchModel(this.#host, request, onProgress);
      const engine = await this.#ready();
      const documents = this.#guard(() => describeModel(engine, bytes));
      this.#model = bytes;
      this.#task = documents.task;
      return { ...documents, bytes: request.keep ? new Blob([bytes]) : undefined };
    },
    openSeparation: async (request) => {
      const stream = await this.#open(
        (engine, model) => new SeparationStream(engine, model, request),
      );
      return { stems: stream.stems };
    },
    openTagging: async (request) => {
      const stream = await this.#open((engine, model) => new TaggingStream(engine, model, request));
      return stream.times;
    },
    openLiveTagging: async (request) => {
      const stream = await this.#open((engine, model) => new TaggingStream(engine, model, request));
      startTaggerRelay(request, stream, (work) => this.#guard(work));
      return stream.times;
    },
    runLive: async (request) => {
      const stream = await this.#open((engine, model) => new LiveStream(engine, model, request));
      const { latencyFrames, hopFrames } = stream.facts;
      const headroom = headroomFrames(hopFrames, request.sampleRate, request.headroomSeconds);
      startSeparatorRelay({ ...request, headroomFrames: headroom }, stream, (work) =>
        this.#guard(work),
      );
      return { latencyFrames: latencyFrames + headroom };
    },
    play: (request) => {
      new PlaybackWorker(request);
      return null;
    },
    cutSong: async (request) => {
      const engine = await this.#ready();
      return this.#guard(() => {
        const song = new MeasuringStream(engine, this.#task, request);
        song.close();
        return { chunks: song.chunks };
      });
    },
    openMeasuring: async (request) => {
      await this.#open((engine) => new MeasuringStream(engine, this.#task, request));
      return null;
    },
    push: ({ channels }) => this.#with((stream) => ({ ready: stream.push(channels) })),
    pull: ({ maxFrames }) => this.#with((stream) => stream.pull(maxFrames), SeparationStream),
    pullRows: ({ maxRows }) => this.#with((stream) => stream.pull(maxRows), TaggingStream),
    pullLevels: () => this.#with((stream) => ({ levels: stream.pull() }), MeasuringStream),
    finish: () =>
      this.#with((stream: ComputingStream) => ({ ready: stream.finish() }), ComputingStream),
    end: () => {
      this.#endStream();
      return null;
    },
    inspect: async () => ({ wasmMemoryBytes: (await this.#ready()).memoryBytes }),
  };

  async #ready(): Promise<WasmEngine> {
    if (!this.#settings || !this.#compiled) {
      throw new DivisiError("internal", "the worker was not started");
    }
    const { variant, maxMemoryBytes } = this.#settings;
    this.#engine ??= await WasmEngine.create(this.#compiled, variant, maxMemoryBytes);
    return this.#engine;
  }

  async #open<S extends EngineStream>(
    construct: (engine: WasmEngine, model: Uint8Array) => S,
  ): Promise<S> {
    this.#endStream();
    const engine = await this.#ready();
    const model = this.#model;
    if (!model) throw new DivisiError("internal", "the stream was opened before the model came");
    const stream = this.#guard(() => engine.run(() => construct(engine, model)));
    this.#stream = stream;
    return stream;
  }

  /** @param kind the class that the open stream must be of */
  #with<T, S extends EngineStream = EngineStream>(work: (stream: S) => T, kind?: Class<S>): T {
    const stream = this.#stream;
    if (!stream || (kind && !(stream instanceof kind))) {
      throw new DivisiError("closed", "the stream has ended");
    }
    return this.#guard(() => work(stream as S));
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
