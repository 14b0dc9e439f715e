/**
 * An instance of the Wasm module: how it is made, what of a model it is told, and how its statuses,
 * traps and aborts become errors. Only this file and engine_stream.ts touch its heap.
 */

import createRelaxedSimd from "#wasm/relaxed-simd";
import createSimd, { type ByteBuffer, type CompiledTask, type MainModule } from "#wasm/simd";
import { DivisiError } from "../../base/errors.js";
import type { Variant } from "../../base/types.js";
import type {
  ChunkBounds,
  ModelDocuments,
  StreamFormat,
  StreamRequest,
  TaskOptions,
} from "../protocol/calls.js";
import { EngineStream } from "./engine_stream.js";
import { check, text } from "./raw_values.js";

const factories = { simd: createSimd, "relaxed-simd": createRelaxedSimd };

const pageBytes = 65536;
/** The module's INITIAL_MEMORY (wasm/variants.cmake): linking fails if it is less than that. */
const initialPages = 64;

export class WasmEngine {
  readonly #raw: MainModule;
  readonly #memory: WebAssembly.Memory;
  readonly #maxMemoryBytes: number;
  readonly #crashLog: CrashLog;
  #task: CompiledTask | undefined;

  /** Makes an instance whose memory stops growing at `maxMemoryBytes`. */
  static async create(
    compiled: WebAssembly.Module,
    variant: Variant,
    maxMemoryBytes: number,
  ): Promise<WasmEngine> {
    const maximum = Math.floor(maxMemoryBytes / pageBytes);
    const wasmMemory = new WebAssembly.Memory({ initial: initialPages, maximum });
    const crashLog: CrashLog = { abortedWith: undefined, lines: [] };
    const log = (line: string) => void crashLog.lines.push(line);
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
          crashLog.abortedWith = String(what);
        },
        // The library never writes to the console; XNNPACK's complaints go into error messages.
        print: log,
        printErr: log,
      };
      factories[variant](settings).then(resolve, reject);
    });
    return new WasmEngine(raw, wasmMemory, maximum * pageBytes, crashLog);
  }

  private constructor(
    raw: MainModule,
    memory: WebAssembly.Memory,
    maxMemoryBytes: number,
    crashLog: CrashLog,
  ) {
    this.#raw = raw;
    this.#maxMemoryBytes = maxMemoryBytes;
    this.#memory = memory;
    this.#crashLog = crashLog;
  }

  get memoryBytes(): number {
    return this.#memory.buffer.byteLength;
  }

  /** Checks a model file and returns its documents. */
  describe(model: Uint8Array): ModelDocuments {
    return this.#withModel(model, (raw, staged) => {
      const { status, task, card } = raw.describeModel(staged);
      check(status);
      return { task: text(task), card: text(card) };
    });
  }

  /** Compiles the one task that an instance has. */
  compile(source: TaskSource): void {
    this.#task ??= this.run((raw) => {
      const task =
        "task" in source
          ? (raw.CompiledTask.withoutModel(source.task) as CompiledTask)
          : this.#withModel(source.model, (_, staged) => new raw.CompiledTask(staged, source.live));
      const status = task.status();
      if (status.code !== "ok") task.delete();
      check(status);
      return task;
    });
  }

  open({ format, options }: StreamRequest): EngineStream {
    return this.#withTask((task) => {
      const raw = task.open(...wordsOf(format, options));
      return new EngineStream(this, raw as NonNullable<typeof raw>, format);
    });
  }

  chunks({ format, options }: StreamRequest, frameCount: number): ChunkBounds[] {
    return this.#withTask((task) => {
      const { status, chunks } = task.chunks(...wordsOf(format, options), frameCount);
      check(status);
      return chunks;
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

  #withTask<T>(work: (task: CompiledTask) => T): T {
    return this.run(() => {
      if (!this.#task) throw new DivisiError("internal", "no task was compiled");
      return work(this.#task);
    });
  }

  /** Runs `work` with a model file in the heap, where it stays for as long as that takes. */
  #withModel<T>(model: Uint8Array, work: (raw: MainModule, staged: ByteBuffer) => T): T {
    return this.run((raw) => {
      const staged = new raw.ByteBuffer(model.length);
      try {
        staged.view().set(model);
        return work(raw, staged);
      } finally {
        staged.delete();
      }
    });
  }

  #explain(error: unknown): DivisiError {
    const message = error instanceof Error ? error.message : String(error);
    if (/\bOOM\b|out of memory/i.test(`${this.#crashLog.abortedWith} ${message}`)) {
      const [used, limit] = [this.memoryBytes, this.#maxMemoryBytes].map((bytes) =>
        (bytes / 2 ** 20).toFixed(0),
      );
      return new DivisiError(
        "out-of-memory",
        `the engine ran out of memory with ${used} MiB in use; maxMemoryBytes allows ${limit} MiB`,
        { cause: error },
      );
    }
    const lines = this.#crashLog.lines.slice(-3).join("; ");
    return new DivisiError("internal", [message, lines].filter(Boolean).join(": "), {
      cause: error,
    });
  }
}

/** What an instance said before it died. */
interface CrashLog {
  abortedWith: string | undefined;
  lines: string[];
}

/** What an instance's task is compiled from. */
export type TaskSource =
  | { readonly model: Uint8Array; readonly live: boolean }
  | { readonly task: string };

function wordsOf({ sampleRate, channelCount }: StreamFormat, options: TaskOptions) {
  return [sampleRate, channelCount, JSON.stringify(options)] as const;
}
