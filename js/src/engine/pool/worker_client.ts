/**
 * The page's end of a Worker: sends requests, settles their promises, notices a Worker that died.
 *
 *   const client = new WorkerClient(options);
 *   await client.start(options);
 *   await client.call("load", request, { onProgress });
 *   client.close();
 */

import { DivisiError } from "../../base/errors.js";
import { badOption } from "../../base/options.js";
import { platform } from "../../base/platform.js";
import type { WorkerPort } from "../../base/platform_types.js";
import type { EngineSize, OnProgress, Variant } from "../../base/types.js";
import { folderUrl, urlOf } from "../../base/urls.js";
import { wasmName } from "../../base/wasm_name.js";
import type { Calls, CallType, Notice, Reply, Result } from "../protocol/calls.js";
import { fromFailure } from "../protocol/failure.js";
import type { EngineOptions } from "./types.js";
import { chooseVariant } from "./variants.js";

/** What a Wasm memory may have at most: 65535 pages, so that its size in bytes fits 32 bits. */
const memoryLimit = 2 ** 32 - 65536;
/** What the module starts with; the same as INITIAL_MEMORY in wasm/variants.cmake. */
const memoryFloor = 4 * 2 ** 20;

interface Waiting {
  resolve(result: Result<CallType>): void;
  reject(error: DivisiError): void;
  onProgress: OnProgress | undefined;
}

interface CallOptions {
  readonly transfer?: Transferable[];
  readonly onProgress?: OnProgress | undefined;
}

export class WorkerClient {
  readonly #port: WorkerPort;
  readonly #waiting = new Map<number, Waiting>();
  #nextId = 1;
  #end: DivisiError | undefined;
  /** Called once, when the Worker has died or was closed. */
  onEnd: ((error: DivisiError) => void) | undefined;

  /** Starts the Worker, without Wasm. */
  constructor(options: Pick<EngineOptions, "workerUrl">) {
    const { workerUrl } = options;
    const url = workerUrl === undefined ? undefined : urlOf(workerUrl, "workerUrl").href;
    try {
      this.#port = platform.spawn(url, {
        onMessage: (message) => this.#receive(message as Reply | Notice),
        onFailure: (error) => this.#finish(error),
      });
    } catch (cause) {
      // Browsers refuse scripts of other origins here and now.
      const message = `divisi's worker could not be started: ${(cause as Error).message}`;
      throw new DivisiError("network", message, { cause });
    }
  }

  /** Loads the Wasm. @returns the variant that was chosen. */
  async start(options: EngineOptions): Promise<Variant> {
    const maxMemoryBytes = checkMaxMemory(options.maxMemoryBytes);
    const variant = await chooseVariant(options.variant);
    const wasmUrls = {
      small: wasmLocation(variant, "small", options.wasmBase),
      whole: wasmLocation(variant, "whole", options.wasmBase),
    };
    await this.call("start", { variant, wasmUrls, maxMemoryBytes });
    return variant;
  }

  /** False once the Worker has died or was closed. */
  get alive(): boolean {
    return this.#end === undefined;
  }

  call<T extends CallType>(
    type: T,
    payload: Calls[T]["request"],
    { transfer = [], onProgress }: CallOptions = {},
  ): Promise<Result<T>> {
    return new Promise((resolve, reject) => {
      if (this.#end) {
        reject(this.#end);
        return;
      }
      const id = this.#nextId++;
      // The reply's type follows from the request's by the protocol.
      this.#waiting.set(id, { resolve: resolve as Waiting["resolve"], reject, onProgress });
      this.#port.post({ id, type, payload }, transfer);
    });
  }

  /** Ends the Worker at once and with it its memory; whatever is waiting rejects with `closed`. */
  close(): void {
    this.#finish(new DivisiError("closed", "the engine was closed"));
  }

  #receive(reply: Reply | Notice): void {
    if ("progress" in reply) {
      this.#waiting.get(reply.id)?.onProgress?.(reply.progress);
      return;
    }
    const waiting = this.#waiting.get(reply.id);
    this.#waiting.delete(reply.id);
    if (reply.ok) waiting?.resolve(reply.result);
    else waiting?.reject(fromFailure(reply.failure));
  }

  #finish(error: DivisiError): void {
    if (this.#end) return;
    this.#end = error;
    this.#port.terminate();
    for (const waiting of this.#waiting.values()) waiting.reject(error);
    this.#waiting.clear();
    this.onEnd?.(error);
  }
}

/** @returns the most Wasm memory that an engine may take */
export function checkMaxMemory(bytes: unknown = memoryLimit): number {
  if (typeof bytes === "number" && bytes >= memoryFloor && bytes <= memoryLimit) return bytes;
  throw badOption("maxMemoryBytes", `${memoryFloor} to ${memoryLimit}`, bytes);
}

function wasmLocation(variant: Variant, size: EngineSize, base: string | URL | undefined): string {
  if (base === undefined) return platform.wasmUrl(variant, size);
  return new URL(wasmName(variant, size), folderUrl(base, "wasmBase")).href;
}
