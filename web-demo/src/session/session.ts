/** The songs of this visit, and what the page's parts share about them. */

import { computed, signal } from "@preact/signals";
import type { ModelLoad, Song, SongQueue } from "../songs/types.js";

/** Where the build puts the model files, also below a sub-path. */
export const modelBase = new URL("models/", document.baseURI).href;

/**
 * Which model separates songs that are added from now on: ?model=NAME of the catalogue, or the address
 * of a model's file (on the page's own server: the policy allows no other).
 */
export const separationModel = signal(
  new URLSearchParams(location.search).get("model") ?? "spleeter-2stems-int8",
);

/** The model that the player is waiting for. */
export const playerLoading = signal<ModelLoad | undefined>(undefined);

const queue = signal<SongQueue | undefined>(undefined);

export const songs = computed<readonly Song[]>(() => queue.value?.songs.value ?? []);
export const selected = computed<Song | undefined>(() => queue.value?.selected.value);
/** The model that the songs are waiting for. */
export const loading = computed(() => playerLoading.value ?? queue.value?.loading.value);
export { queue };

/** Adds songs, fetching the code that computes when the first of them comes. */
export async function addFiles(files: Iterable<File>): Promise<void> {
  const list = [...files];
  if (list.length === 0) return;
  if (!queue.value) {
    const [{ createSongQueue }, { modelBook }] = await Promise.all([
      import("../songs/index.js"),
      import("../known_models/known_models.js"),
    ]);
    const book = modelBook(modelBase);
    queue.value ??= createSongQueue({ modelBase, modelBook: book, separationModel });
  }
  queue.value.add(list);
}

export function select(song: Song): void {
  if (queue.value) queue.value.selected.value = song;
}

export function remove(song: Song): void {
  queue.value?.remove(song);
}

/** The song that is bundled with the page. */
export async function addSample(): Promise<void> {
  const { default: url } = await import("../../../sample/song.ogg?url");
  const response = await fetch(url);
  await addFiles([new File([await response.blob()], "A bundled song.ogg", { type: "audio/ogg" })]);
}
