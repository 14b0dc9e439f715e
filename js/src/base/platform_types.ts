/**
 * What differs between a page and Node's main thread. The build makes the package's two entry points
 * by putting `browser/platform.ts` or `node/platform.ts` in the place of the import "#platform", so
 * that no `node:` import reaches a browser bundle. (Workers: `WorkerHost` in worker_session.ts.)
 */

import type { DivisiError } from "./errors.js";
import type { EngineSize, Variant } from "./types.js";

/** A Worker of either kind. */
export interface WorkerPort {
  post(message: unknown, transfer: Transferable[]): void;
  terminate(): void;
}

export interface WorkerEvents {
  onMessage(message: unknown): void;
  /** The worker cannot go on: its script did not load, or it crashed. */
  onFailure(error: DivisiError): void;
}

export interface Platform {
  /** Starts a Worker; `url` is the app's override. */
  spawn(url: string | undefined, events: WorkerEvents): WorkerPort;
  /** Where the .wasm file of an engine lies, when the app says nothing. */
  wasmUrl(variant: Variant, size: EngineSize): string;
  /** Where the script of the AudioWorklet lies, when the app says nothing. */
  workletUrl(): string;
  /** What relative URLs of the app are relative to. */
  baseUrl(): string;
  /** The cores that Workers can share, and the memory where that is known. */
  device(): { readonly cores: number; readonly memoryGiB: number | undefined };
  /** Whether catalogue models can be installed as a package; else an app has to name a folder. */
  readonly hasInstalledModels: boolean;
}
