/** The public types of engines: how they are made and how they are doing. */

import type { OnProgress, Variant } from "../../base/types.js";
import type { ModelOptions, ModelSource } from "../../models/types.js";

/** How the Workers that compute are made. */
export interface EngineOptions {
  /** Default: the best that this browser runs, by feature test. */
  readonly variant?: Variant;
  /** Where the .wasm files lie, when the app serves them from elsewhere. Default: beside the code. */
  readonly wasmBase?: string | URL;
  /** Where the worker script lies, when the app serves it from elsewhere. */
  readonly workerUrl?: string | URL;
  /**
   * The most Wasm memory that this engine may take, in bytes. Reaching it rejects with
   * `out-of-memory`; the next call works. Default and maximum: 4 GiB less 64 KiB.
   */
  readonly maxMemoryBytes?: number;
}

/** Which model is loaded, and how its loading is watched or given up. */
export interface LoadOptions<Model extends ModelSource = ModelSource>
  extends ModelOptions<Model>,
    Pick<EngineOptions, "workerUrl"> {
  /** Progress of fetching the model. */
  readonly onProgress?: OnProgress;
  /** Aborting it rejects with its reason. */
  readonly signal?: AbortSignal;
}

/** How an engine is doing. */
export interface EngineInfo {
  /** The Wasm build that runs. */
  readonly variant: Variant;
  /** Workers that are running. */
  readonly workers: number;
  /** What their Wasm memories have grown to, in bytes: the sum of the peaks so far. */
  readonly wasmMemoryBytes: number;
}
