/**
 * The model store: from what an app names (catalogue name, URL, Blob, bytes) to checked bytes.
 * Nothing is fetched from a host that the app did not name.
 */

import { platform } from "#platform";
import { models } from "./catalogue.js";
import { download } from "./download.js";
import { folderUrl } from "./engine.js";
import { DivisiError } from "./errors.js";
import type { ModelCache } from "./platform.js";
import { sha256Hex } from "./sha256.js";
import type { ModelInfo, ModelOptions, OnProgress } from "./types.js";

export interface LoadOptions extends ModelOptions {
  readonly onProgress?: OnProgress | undefined;
  readonly signal?: AbortSignal | undefined;
}

type Bytes = Uint8Array<ArrayBuffer>;

/** The bytes of a model, which are the caller's to keep or transfer. */
export async function loadModel(options: LoadOptions): Promise<Bytes> {
  const { model, signal } = options;
  signal?.throwIfAborted();
  const sha256 = checkedHash(options.sha256);
  if (typeof model === "string" || model instanceof URL) return loadNamed(model, sha256, options);
  const bytes = await copyOf(model);
  await verify(bytes, sha256, "the given model");
  return bytes;
}

async function loadNamed(
  model: string | URL,
  sha256: string | undefined,
  options: LoadOptions,
): Promise<Bytes> {
  const entry = models.find(({ name }) => name === model);
  if (!entry) return fetchModel(modelUrl(model), { ...options, sha256 });
  if (options.modelBase !== undefined) {
    const url = new URL(entry.file, folderUrl(options.modelBase));
    return fetchModel(url, { ...options, sha256: entry.sha256, size: entry.size });
  }
  const bytes = await platform.readInstalled(entry);
  await verify(bytes, entry.sha256, entry.file);
  return bytes;
}

/** A string that the catalogue does not have is a URL, but one word is more likely a mistake. */
function modelUrl(model: string | URL): URL {
  if (typeof model === "string" && /^[\w-]*$/.test(model)) throw unknownModel(model);
  try {
    return new URL(model, platform.baseUrl());
  } catch {
    throw unknownModel(String(model));
  }
}

function unknownModel(name: string): DivisiError {
  const known = models.map((entry: ModelInfo) => entry.name).join(", ");
  return new DivisiError(
    "model-not-found",
    `there is no model ${JSON.stringify(name)}; the catalogue has ${known}`,
  );
}

interface FetchOptions extends Omit<LoadOptions, "sha256"> {
  readonly sha256: string | undefined;
  readonly size?: number;
}

async function fetchModel(url: URL, options: FetchOptions): Promise<Bytes> {
  const local = platform.readLocal(url);
  if (local) {
    const bytes = await local;
    await verify(bytes, options.sha256, url.href);
    return bytes;
  }
  const cache = options.cache === false ? null : await platform.openCache();
  return options.sha256 === undefined
    ? fetchUnchecked(url.href, options, cache)
    : fetchChecked(url.href, options, options.sha256, cache);
}

/** With a hash the cache can be trusted, and is asked first. */
async function fetchChecked(
  url: string,
  options: FetchOptions,
  sha256: string,
  cache: ModelCache | null,
): Promise<Bytes> {
  const cached = await cache?.get(url);
  if (cached && (await sha256Hex(cached)) === sha256) return cached;
  if (cached) await cache?.remove(url);
  const bytes = await download(url, options);
  await verify(bytes, sha256, url);
  await keep(cache, url, bytes);
  return bytes;
}

/** Without one, the server knows better than the cache whether the file has changed. */
async function fetchUnchecked(
  url: string,
  options: FetchOptions,
  cache: ModelCache | null,
): Promise<Bytes> {
  try {
    const bytes = await download(url, options);
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

async function copyOf(model: unknown): Promise<Bytes> {
  if (model instanceof Blob) return new Uint8Array(await model.arrayBuffer());
  if (model instanceof ArrayBuffer) return new Uint8Array(model.slice(0));
  if (model instanceof Uint8Array) return new Uint8Array(model);
  throw new DivisiError(
    "bad-option",
    `model: expected a name, a URL, a Blob or bytes, got ${describe(model)}`,
  );
}

function describe(value: unknown): string {
  return typeof value === "object" && value !== null ? value.constructor.name : String(value);
}

function checkedHash(sha256: string | undefined): string | undefined {
  if (sha256 === undefined || /^[0-9a-f]{64}$/i.test(sha256)) return sha256?.toLowerCase();
  throw new DivisiError("bad-option", `sha256: expected 64 hex digits, got "${sha256}"`);
}

async function verify(bytes: Bytes, sha256: string | undefined, what: string): Promise<void> {
  if (sha256 === undefined) return;
  const actual = await sha256Hex(bytes);
  if (actual !== sha256) {
    throw new DivisiError(
      "integrity",
      `${what}: expected SHA-256 ${sha256}, got ${actual} (${bytes.length} bytes)`,
    );
  }
}
