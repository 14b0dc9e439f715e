/**
 * The only file that touches the Wasm heap: copies samples and bytes in and out of the staging
 * areas that C++ owns, and turns its statuses into errors. No pointer leaves it. Views of the heap
 * are made anew for every copy, because growth detaches them.
 */

import createRelaxedSimd from "#wasm/relaxed-simd";
import createSimd, { type MainModule, type SeparatorStream, type Status } from "#wasm/simd";
import { DivisiError, type DivisiErrorCode } from "./errors.js";
import type { ModelDocuments, OpenRequest, PulledBlock } from "./protocol.js";
import type { Variant } from "./types.js";

const factories = { simd: createSimd, "relaxed-simd": createRelaxedSimd };

const pageBytes = 65536;
/** The module's INITIAL_MEMORY (wasm/variants.cmake): linking fails if it is less than that. */
const initialPages = 64;

export class EngineModule {
  readonly #raw: MainModule;
  readonly #memory: WebAssembly.Memory;
  readonly #maxMemoryBytes: number;
  readonly #fate: Fate;

  /** Makes an instance whose memory stops growing at `maxMemoryBytes`. */
  static async create(
    compiled: WebAssembly.Module,
    variant: Variant,
    maxMemoryBytes: number,
  ): Promise<EngineModule> {
    const maximum = Math.floor(maxMemoryBytes / pageBytes);
    const wasmMemory = new WebAssembly.Memory({ initial: initialPages, maximum });
    const fate: Fate = { abortedWith: undefined, complaints: [] };
    const complain = (line: string) => void fate.complaints.push(line);
    const raw = await new Promise<MainModule>((resolve, reject) => {
      const settings = {
        wasmMemory,
        instantiateWasm: (
          imports: WebAssembly.Imports,
          receive: (instance: WebAssembly.Instance) => void,
        ) => {
          WebAssembly.instantiate(compiled, imports).then(receive, reject);
          return {};
        },
        onAbort: (what: unknown) => {
          fate.abortedWith = String(what);
        },
        // The library never writes to the console; XNNPACK's complaints go into error messages.
        print: complain,
        printErr: complain,
      };
      factories[variant](settings).then(resolve, reject);
    });
    return new EngineModule(raw, wasmMemory, maximum * pageBytes, fate);
  }

  private constructor(
    raw: MainModule,
    memory: WebAssembly.Memory,
    maxMemoryBytes: number,
    fate: Fate,
  ) {
    this.#raw = raw;
    this.#maxMemoryBytes = maxMemoryBytes;
    this.#memory = memory;
    this.#fate = fate;
  }

  get memoryBytes(): number {
    return this.#memory.buffer.byteLength;
  }

  /** Opens a stream; `model` is copied into the heap for as long as that takes. */
  openStream(model: Uint8Array, request: OpenRequest): Stream {
    return this.run((raw) => {
      const staged = stage(raw, model);
      try {
        const { sampleRate, channelCount, mode, quality, stems } = request;
        const stream = new raw.SeparatorStream(staged, {
          sampleRate,
          channelCount,
          reference: mode === "reference",
          highQuality: quality === "high",
          stems: [...stems],
        });
        const status = stream.status();
        if (status.code !== "ok") stream.delete();
        check(status);
        return new Stream(this, stream, channelCount);
      } finally {
        staged.delete();
      }
    });
  }

  /** Runs `work` on the raw module; a trap or an abort becomes a DivisiError. */
  run<T>(work: (raw: MainModule) => T): T {
    try {
      return work(this.#raw);
    } catch (error) {
      if (error instanceof DivisiError) throw error;
      throw this.#explain(error);
    }
  }

  #explain(error: unknown): DivisiError {
    const message = error instanceof Error ? error.message : String(error);
    if (/\bOOM\b|out of memory/i.test(`${this.#fate.abortedWith} ${message}`)) {
      const [used, limit] = [this.memoryBytes, this.#maxMemoryBytes].map((bytes) =>
        (bytes / 2 ** 20).toFixed(0),
      );
      return new DivisiError(
        "out-of-memory",
        `the engine ran out of memory with ${used} MiB in use; maxMemoryBytes allows ${limit} MiB`,
        { cause: error },
      );
    }
    const complaints = this.#fate.complaints.slice(-3).join("; ");
    return new DivisiError("internal", [message, complaints].filter(Boolean).join(": "), {
      cause: error,
    });
  }
}

/** What an instance said before it died. */
interface Fate {
  abortedWith: string | undefined;
  complaints: string[];
}

/** Checks a model file and returns its documents. */
export function describeModel(engine: EngineModule, bytes: Uint8Array): ModelDocuments {
  return engine.run((raw) => {
    const staged = stage(raw, bytes);
    try {
      const { status, task, card } = raw.describeModel(staged);
      check(status);
      return { task: text(task), card: text(card) };
    } finally {
      staged.delete();
    }
  });
}

/** A song on its way through the engine. */
export class Stream {
  readonly stems: string[];
  readonly #engine: EngineModule;
  readonly #raw: SeparatorStream;
  readonly #channelCount: number;
  readonly #stageFrames: number;

  constructor(engine: EngineModule, raw: SeparatorStream, channelCount: number) {
    this.#engine = engine;
    this.#raw = raw;
    this.#channelCount = channelCount;
    this.#stageFrames = raw.stageFrames();
    this.stems = Array.from({ length: raw.stemCount() }, (_, i) => text(raw.stemName(i)));
  }

  /** @returns the number of frames ready to be pulled. */
  push(channels: readonly Float32Array[]): number {
    const frameCount = channels[0]?.length ?? 0;
    return this.#engine.run(() => {
      for (let start = 0; start < frameCount; start += this.#stageFrames) {
        const end = Math.min(start + this.#stageFrames, frameCount);
        channels.forEach((samples, channel) => {
          this.#raw.inputView(channel).set(samples.subarray(start, end));
        });
        check(this.#raw.push(end - start));
      }
      return this.#raw.available();
    });
  }

  pull(maxFrames: number): PulledBlock {
    return this.#engine.run(() => {
      const frameCount = Math.min(maxFrames, this.#raw.available());
      const stems = this.stems.map(() =>
        Array.from({ length: this.#channelCount }, () => new Float32Array(frameCount)),
      );
      for (let start = 0; start < frameCount; ) {
        const pulled = this.#raw.pull(Math.min(this.#stageFrames, frameCount - start));
        stems.forEach((channels, stem) => {
          channels.forEach((samples, channel) => {
            samples.set(this.#raw.outputView(stem, channel).subarray(0, pulled), start);
          });
        });
        start += pulled;
      }
      return { frameCount, stems };
    });
  }

  /** @returns the number of frames ready to be pulled: all the rest. */
  finish(): number {
    return this.#engine.run(() => {
      check(this.#raw.finish());
      return this.#raw.available();
    });
  }

  close(): void {
    this.#engine.run(() => this.#raw.delete());
  }
}

function stage(raw: MainModule, bytes: Uint8Array) {
  const staged = new raw.ByteBuffer(bytes.length);
  staged.view().set(bytes);
  return staged;
}

function check(status: Status): void {
  if (status.code === "ok") return;
  // The words are those of `codeName` in core/include/divisi/status.h.
  throw new DivisiError(text(status.code) as DivisiErrorCode, text(status.message));
}

/** Embind declares what it takes for a string, in both directions; what it gives is a string. */
function text(value: Status["code"]): string {
  return value as string;
}
