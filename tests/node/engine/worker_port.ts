// A Worker of the built package, spoken to in its own protocol.
import { fileURLToPath } from "node:url";
import { type Transferable as NodeTransferable, Worker } from "node:worker_threads";
import type {
  Calls,
  CallType,
  Notice,
  Reply,
  Result,
} from "../../../js/src/engine/protocol/calls.js";
import { fromFailure } from "../../../js/src/engine/protocol/failure.js";

const dist = new URL("../../../js/dist/", import.meta.url);

export class WorkerPort {
  readonly #worker = new Worker(fileURLToPath(new URL("worker-node.js", dist)));
  readonly #waiting = new Map<number, (reply: Reply) => void>();
  #lastId = 0;

  /** Loads the model, or the task that needs none, and compiles it. */
  static async open(source: Uint8Array<ArrayBuffer> | { task: string }): Promise<WorkerPort> {
    const port = new WorkerPort();
    const wasmUrls = {
      small: new URL("wasm/divisi-simd.wasm", dist).href,
      whole: new URL("wasm/divisi-simd-whole.wasm", dist).href,
    };
    await port.call("start", { variant: "simd", wasmUrls, maxMemoryBytes: 2 ** 31 });
    const given = { sha256: undefined, size: undefined, cache: false, keep: false };
    await port.call(
      "load",
      "task" in source ? source : { place: { kind: "given", data: source }, ...given },
    );
    await port.call("compile", { live: false });
    return port;
  }

  constructor() {
    this.#worker.on("message", (message: Reply | Notice) => {
      if ("progress" in message) return;
      this.#waiting.get(message.id)?.(message);
      this.#waiting.delete(message.id);
    });
  }

  call<T extends CallType>(
    type: T,
    payload: Calls[T]["request"],
    { transfer = [] }: { transfer?: Transferable[] } = {},
  ): Promise<Result<T>> {
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, (reply) => {
        if (reply.ok) resolve(reply.result as Result<T>);
        else reject(fromFailure(reply.failure));
      });
      this.#worker.postMessage({ id, type, payload }, transfer as NodeTransferable[]);
    });
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }
}
