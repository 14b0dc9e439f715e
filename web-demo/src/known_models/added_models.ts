/** Model files that the user has added, on this visit or an earlier one. */

import { signal } from "@preact/signals";
import type { ModelFile } from "./model_file.js";

export interface AddedModel extends ModelFile {
  /** SHA-256 of the file, in hex. */
  readonly id: string;
  readonly fileName: string;
  readonly file: Blob;
}

export const addedModels = signal<readonly AddedModel[]>([]);

/** The name under which they are kept in the Cache API. */
export const addedCache = "divisi-added-models";

/** Resolves when those of earlier visits are there. */
export const restored: Promise<void> = restore().catch(() => {
  // Insecure origins and some private windows have no cache.
});

async function restore(): Promise<void> {
  // What reads and writes files is fetched by those who have some.
  if (!(await caches.has(addedCache))) return;
  const { readModels } = await import("./model_store.js");
  await readModels();
}
