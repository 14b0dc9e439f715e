/** What the browser keeps for this page, and letting go of it. */

import { models } from "divisi";
import { addedModels } from "../known_models/added_models.js";
import { restored } from "../known_models/known_models.js";
import { forgetAllModels, forgetModel } from "../known_models/model_store.js";
import { prepareDeletion } from "../session/deletion.js";

/** The name under which divisi keeps model files in the Cache API. */
const modelCache = "divisi-models";

export interface StoredModel {
  /** No two have the same. */
  readonly id: string;
  readonly title: string;
  readonly bytes: number;
  /** Whether it is a file that the user has added, which is not fetched again. */
  readonly isAdded: boolean;
  delete(): Promise<void>;
}

export interface Stored {
  readonly models: readonly StoredModel[];
  /** The app itself, for use without a network. */
  readonly appBytes: number;
  /** Names of the databases: tags and what was taught. */
  readonly databases: readonly string[];
  /** All that is used and all that may be used, as the browser sees it. */
  readonly usage: number | undefined;
  readonly quota: number | undefined;
}

/** Where storage is denied, each question is answered by an error, or by none: nothing is stored then. */
async function orNothing<T>(ask: () => Promise<T> | undefined, nothing: T): Promise<T> {
  try {
    return (await ask()) ?? nothing;
  } catch {
    return nothing;
  }
}

export async function readStored(): Promise<Stored> {
  const names = await orNothing(() => globalThis.caches?.keys(), []);
  const appCaches = names.filter((name) => name.includes("precache"));
  const sizes = await Promise.all(appCaches.map((name) => orNothing(() => cacheBytes(name), 0)));
  const estimate: StorageEstimate = await orNothing(() => navigator.storage?.estimate(), {});
  const { usage, quota } = estimate;
  const fetched = names.includes(modelCache) ? await orNothing(fetchedModels, []) : [];
  await orNothing(() => restored, undefined);
  const added = addedModels.value.map((model) => ({
    id: model.id,
    title: model.card.title,
    bytes: model.file.size,
    isAdded: true,
    delete: () => forgetModel(model),
  }));
  return {
    models: [...fetched, ...added],
    appBytes: sizes.reduce((sum, size) => sum + size, 0),
    databases: await databaseNames(),
    usage,
    quota,
  };
}

async function fetchedModels(): Promise<StoredModel[]> {
  const cache = await caches.open(modelCache);
  const requests = await cache.keys();
  return Promise.all(
    requests.map(async ({ url }) => {
      const file = url.slice(url.lastIndexOf("/") + 1);
      const response = await cache.match(url);
      const title = models.find((model) => model.file === file)?.title ?? file;
      const size = response ? await bodyBytes(response) : 0;
      const remove = async () => void (await cache.delete(url));
      return { id: url, title, bytes: size, isAdded: false, delete: remove };
    }),
  );
}

async function cacheBytes(name: string): Promise<number> {
  const cache = await caches.open(name);
  const responses = await cache.matchAll();
  const sizes = await Promise.all(responses.map(bodyBytes));
  return sizes.reduce((sum, size) => sum + size, 0);
}

async function bodyBytes(response: Response): Promise<number> {
  // A Blob's size is known without its bytes.
  return (await response.blob()).size;
}

async function databaseNames(): Promise<string[]> {
  const databases = await orNothing(() => globalThis.indexedDB?.databases?.(), []);
  return databases.flatMap(({ name }) => (name === undefined ? [] : [name]));
}

/** Everything but the app itself: models, tags, what was taught, settings. */
export async function deleteAll(): Promise<void> {
  await caches.delete(modelCache);
  await forgetAllModels();
  localStorage.clear();
  // Databases that are open would not go before the page does.
  await prepareDeletion();
  await Promise.all((await databaseNames()).map(deleteDatabase));
}

function deleteDatabase(name: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.deleteDatabase(name);
    // An open connection delays it until the page goes: it is deleted then.
    request.onsuccess = request.onblocked = () => resolve();
    request.onerror = () => reject(request.error);
  });
}
