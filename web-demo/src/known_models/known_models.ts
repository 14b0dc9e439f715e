/** The separation models that a song may be given to: the catalogue's, and those that were added. */

import { computed } from "@preact/signals";
import { models } from "divisi";
import { strings } from "../shared/strings.js";
import { type ModelBook, SongError } from "../songs/types.js";
import { type AddedModel, addedCache, addedModels } from "./added_models.js";
import { measured, speedOf } from "./costs.js";

export interface KnownModel {
  /** Its name in the catalogue, or the hash of the file. */
  readonly id: string;
  readonly title: string;
  readonly stems: readonly string[];
  /** On what terms its weights may be used; empty where the file does not say. */
  readonly terms: string;
  readonly added?: AddedModel;
}

/** What files that were added are called by. */
const hash = /^[0-9a-f]{64}$/;

const catalogue: readonly KnownModel[] = models
  .filter(({ task }) => task === "separation")
  .map(({ name, title, stems, licence }) => ({ id: name, title, stems, terms: licence }));

export const knownModels = computed<readonly KnownModel[]>(() => [
  ...catalogue,
  ...addedModels.value.map((added) => ({
    id: added.id,
    title: added.card.title,
    stems: added.stems,
    terms: added.card.licence.weights,
    added,
  })),
]);

/** Resolves when the files that were added on earlier visits are there. */
export const restored: Promise<void> = restore().catch(() => {
  // Insecure origins and some private windows have no cache.
});

async function restore(): Promise<void> {
  // What reads and writes files is fetched by those who have some.
  if (!(await caches.has(addedCache))) return;
  const { readModels } = await import("./model_store.js");
  await readModels();
}

/** Undefined of one that was deleted, or that only the page's address names. Reads signals. */
export function knownModel(id: string): KnownModel | undefined {
  return knownModels.value.find((model) => model.id === id);
}

/** What it is shown as: of one that only the page's address names, its file. Reads signals. */
export function titleOf(id: string): string {
  const gone = hash.test(id) ? strings.studio.modelGone : id.slice(id.lastIndexOf("/") + 1);
  return knownModel(id)?.title ?? gone;
}

/** @param modelBase where the catalogue's files lie */
export function modelBook(modelBase: string | URL): ModelBook {
  return {
    async source(model) {
      if (!hash.test(model)) return { model, modelBase };
      await restored;
      const file = knownModel(model)?.added?.file;
      if (!file) throw new SongError("model-gone", "the model's file was deleted");
      return { model: file, sha256: model };
    },
    speed: speedOf,
    measured,
  };
}
