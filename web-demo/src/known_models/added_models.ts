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
