/**
 * What differs between a browser and Node. The build makes the package's two entry points by
 * putting `browser/platform.ts` or `node/platform.ts` in the place of the import "#platform", so
 * that no `node:` import reaches a browser bundle.
 */

import type { ModelInfo, Variant } from "./types.js";

/** A Worker of either kind. */
export interface WorkerPort {
  post(message: unknown, transfer: ArrayBuffer[]): void;
  terminate(): void;
}

export interface WorkerEvents {
  onMessage(message: unknown): void;
  /** The worker cannot go on: its script did not load, or it crashed. */
  onFailure(message: string): void;
}

/** Where finished downloads are kept, by URL. */
export interface ModelCache {
  get(url: string): Promise<Uint8Array<ArrayBuffer> | undefined>;
  put(url: string, bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  remove(url: string): Promise<void>;
}

export interface Platform {
  /** Starts a Worker; `url` is the app's override. */
  spawn(url: string | undefined, events: WorkerEvents): WorkerPort;
  /** Where the .wasm file of a variant lies, when the app says nothing. */
  wasmUrl(variant: Variant): string;
  /** What relative URLs of the app are relative to. */
  baseUrl(): string;
  /** The bytes of a catalogue model that is installed on this machine. */
  readInstalled(model: ModelInfo): Promise<Uint8Array<ArrayBuffer>>;
  /** The bytes behind a URL that `fetch` cannot reach (`file:`), or undefined. */
  readLocal(url: URL): Promise<Uint8Array<ArrayBuffer>> | undefined;
  /** Null where there is none (Node; insecure origins). */
  openCache(): Promise<ModelCache | null>;
}
