/**
 * From a request for a model to checked bytes. Runs in the Worker, so that neither the hash nor
 * the copies of tens of megabytes hold the page up.
 */

import { DivisiError } from "../base/errors.js";
import { sha256Hex } from "../base/sha256.js";
import type { OnProgress } from "../base/types.js";
import { download } from "./download.js";
import type { ModelInfo, ModelRequest } from "./types.js";

type Bytes = Uint8Array<ArrayBuffer>;

/** Where finished downloads are kept, by URL. */
export interface ModelCache {
  get(url: string): Promise<Bytes | undefined>;
  put(url: string, bytes: Bytes): Promise<void>;
  remove(url: string): Promise<void>;
  /** Runs `work` when no other Worker of the origin, in any of its pages, is at the same URL. */
  alone<T>(url: string, work: () => Promise<T>): Promise<T>;
}

/** What loading needs of the thread where it runs. */
export interface ModelHost {
  /** Null where there is none. */
  openCache(): Promise<ModelCache | null>;
  /** The bytes behind a URL that `fetch` cannot reach (`file:`), or undefined. */
  readLocal(url: URL): Promise<Bytes> | undefined;
  /** The bytes of a catalogue model that is installed on this machine. */
  readInstalled(model: ModelInfo): Promise<Bytes>;
}

export async function fetchModel(
  host: ModelHost,
  request: ModelRequest,
  onProgress: OnProgress,
): Promise<Bytes> {
  const { place, sha256 } = request;
  switch (place.kind) {
    case "given":
      return verified(await bytesOf(place.data), sha256, "the given model");
    case "installed":
      return verified(await host.readInstalled(place.model), sha256, place.model.file);
    case "url": {
      const local = host.readLocal(new URL(place.url));
      if (local) return verified(await local, sha256, place.url);
      const cache = request.cache ? await host.openCache() : null;
      const fetching = { url: place.url, size: request.size, onProgress };
      return sha256 === undefined
        ? fetchUnchecked(fetching, cache)
        : fetchChecked(fetching, sha256, cache);
    }
  }
}

interface Fetching {
  readonly url: string;
  readonly size: number | undefined;
  readonly onProgress: OnProgress;
}

/** With a hash the cache can be trusted, and is asked first. */
async function fetchChecked(
  fetching: Fetching,
  sha256: string,
  cache: ModelCache | null,
): Promise<Bytes> {
  const { url } = fetching;
  const work = async () => {
    const cached = await cache?.get(url);
    if (cached && (await sha256Hex(cached)) === sha256) return cached;
    if (cached) await cache?.remove(url);
    const bytes = await verified(await download(fetching), sha256, url);
    await keep(cache, url, bytes);
    return bytes;
  };
  // Whoever comes second finds in the cache what the first has fetched.
  return cache ? cache.alone(url, work) : work();
}

/** Without one, the server knows better than the cache whether the file has changed. */
async function fetchUnchecked(fetching: Fetching, cache: ModelCache | null): Promise<Bytes> {
  const { url } = fetching;
  try {
    const bytes = await download(fetching);
    await keep(cache, url, bytes);
    return bytes;
  } catch (error) {
    const offline = error instanceof DivisiError && error.code === "network";
    const cached = offline ? await cache?.get(url) : undefined;
    if (cached) return cached;
    throw error;
  }
}

async function keep(cache: ModelCache | null, url: string, bytes: Bytes): Promise<void> {
  try {
    await cache?.put(url, bytes);
  } catch {
    // A full disk only means that the next visit fetches again.
  }
}

async function bytesOf(data: Blob | Bytes): Promise<Bytes> {
  return data instanceof Blob ? new Uint8Array(await data.arrayBuffer()) : data;
}

async function verified(bytes: Bytes, sha256: string | undefined, what: string): Promise<Bytes> {
  if (sha256 === undefined) return bytes;
  const actual = await sha256Hex(bytes);
  if (actual === sha256) return bytes;
  throw new DivisiError(
    "integrity",
    `${what}: expected SHA-256 ${sha256}, got ${actual} (${bytes.length} bytes)`,
  );
}
