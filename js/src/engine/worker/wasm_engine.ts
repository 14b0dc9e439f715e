/**
 * An instance of the Wasm module: how it is made, what of a model it is told, and how its statuses,
 * traps and aborts become errors. Only this file and engine_stream.ts touch its heap.
 */

import createRelaxedSimd from "#wasm/relaxed-simd";
import createSimd, {
  type ByteBuffer,
  type MainModule,
  type SeparatorNetworks,
  type Status,
} from "#wasm/simd";
import { DivisiError, type DivisiErrorCode } from "../../base/errors.js";
import type { Variant } from "../../base/types.js";
import type { ModelDocuments } from "../protocol/calls.js";

const factories = { simd: createSimd, "relaxed-simd": createRelaxedSimd };

const pageBytes = 65536;
/** The module's INITIAL_MEMORY (wasm/variants.cmake): linking fails if it is less than that. */
const initialPages = 64;

export class WasmEngine {
  readonly #raw: MainModule;
  readonly #memory: WebAssembly.Memory;
  readonly #maxMemoryBytes: number;
  readonly #crashLog: CrashLog;
  #networks: SeparatorNetworks | undefined;

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

  /** Runs `work` with a model file in the heap, where it stays for as long as that takes. */
  withModel<T>(model: Uint8Array, work: (raw: MainModule, staged: ByteBuffer) => T): T {
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

  /**
   * The networks of a separation model, compiled with the first song: packing their weights takes as
   * long as half a chunk. An instance has one model only.
   */
  separatorNetworks(model: Uint8Array): SeparatorNetworks {
    this.#networks ??= this.withModel(model, (raw, staged) => {
      const networks = new raw.SeparatorNetworks(staged);
      const status = networks.status();
      if (status.code !== "ok") networks.delete();
      check(status);
      return networks;
    });
    return this.#networks;
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

/** Checks a model file and returns its documents. */
export function describeModel(engine: WasmEngine, bytes: Uint8Array): ModelDocuments {
  return engine.withModel(bytes, (raw, staged) => {
    const { status, task, card } = raw.describeModel(staged);
    check(status);
    return { task: text(task), card: text(card) };
  });
}

export function check(status: Status): void {
  if (status.code === "ok") return;
  // The words are those of `codeName` in core/include/divisi/status.h.
  throw new DivisiError(text(status.code) as DivisiErrorCode, text(status.message));
}

/** Embind declares what it takes for a string, in both directions; what it gives is a string. */
export function text(value: Status["code"]): string {
  return value as string;
}
