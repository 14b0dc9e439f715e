/**
 * Model files that the user has added: kept in the Cache API, by what is in them, and there again on
 * the next visit. Where the browser keeps nothing, they are there for this visit.
 */

import { signal } from "@preact/signals";
import { type ModelFile, readModelFile } from "./model_file.js";

export interface AddedModel extends ModelFile {
  /** SHA-256 of the file, in hex. */
  readonly id: string;
  readonly fileName: string;
  readonly file: Blob;
}

const cacheName = "divisi-added-models";

/** Nothing is ever fetched from there: it is only what the cache calls the files. */
const folder = new URL("added-models/", document.baseURI).href;

export const addedModels = signal<readonly AddedModel[]>([]);

/** Those of earlier visits. */
export const restored: Promise<void> = restore().catch(() => {
  // Insecure origins and some private windows have no cache.
});

async function restore(): Promise<void> {
  if (!(await caches.has(cacheName))) return;
  const cache = await caches.open(cacheName);
  for (const request of await cache.keys()) {
    const [id, name] = request.url.slice(folder.length).split("/");
    const response = await cache.match(request);
    if (!id || !name || !response) continue;
    const file = await response.blob();
    const fileName = decodeURIComponent(name);
    insert({ ...(await readModelFile(file, fileName)), id, fileName, file });
  }
}

/** Takes a file that was checked. @returns whether the browser keeps it beyond this visit */
export async function keepModel(model: AddedModel): Promise<boolean> {
  insert(model);
  try {
    const cache = await caches.open(cacheName);
    await cache.put(addressOf(model), new Response(model.file));
    return true;
  } catch {
    return false;
  }
}

export async function forgetModel(model: AddedModel): Promise<void> {
  addedModels.value = addedModels.value.filter(({ id }) => id !== model.id);
  await (await caches.open(cacheName)).delete(addressOf(model));
}

export async function forgetAllModels(): Promise<void> {
  addedModels.value = [];
  await caches.delete(cacheName);
}

export async function hashOf(file: Blob): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", await file.arrayBuffer());
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The same file under another name is the same model. */
function insert(model: AddedModel): void {
  const others = addedModels.value.filter(({ id }) => id !== model.id);
  addedModels.value = [...others, model];
}

const addressOf = ({ id, fileName }: AddedModel) =>
  `${folder}${id}/${encodeURIComponent(fileName)}`;
