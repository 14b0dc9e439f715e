/**
 * Keeps model files in the Cache API, by what is in them. Where the browser keeps nothing, they are
 * there for this visit.
 */

import { type AddedModel, addedCache, addedModels } from "./added_models.js";
import { readModelFile } from "./model_file.js";

/** Nothing is ever fetched from there: it is only what the cache calls the files. */
const folder = new URL("added-models/", document.baseURI).href;

/** Those of earlier visits. */
export async function readModels(): Promise<void> {
  const cache = await caches.open(addedCache);
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
  const known = addedModels.value.find(({ id }) => id === model.id);
  insert(model);
  try {
    const cache = await caches.open(addedCache);
    if (known) await cache.delete(addressOf(known));
    await cache.put(addressOf(model), new Response(model.file));
    return true;
  } catch {
    return false;
  }
}

export async function forgetModel(model: AddedModel): Promise<void> {
  addedModels.value = addedModels.value.filter(({ id }) => id !== model.id);
  await (await caches.open(addedCache)).delete(addressOf(model));
}

export async function forgetAllModels(): Promise<void> {
  addedModels.value = [];
  await caches.delete(addedCache);
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
