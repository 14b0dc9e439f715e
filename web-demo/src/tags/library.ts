/**
 * The songs that were ever dropped here, as the browser keeps them: their tags, not their sound. One
 * collection for each tagging model, as embeddings of different models cannot be compared. The
 * listener's own tags are learned from the first model.
 */

import { computed, effect, signal } from "@preact/signals";
import {
  Collection,
  type PersonalTags,
  type TagJudgement,
  type TagResult,
  type TagStatus,
} from "divisi";
import { beforeDeletion } from "../session/deletion.js";
import { songs } from "../session/session.js";
import type { Song } from "../songs/types.js";
import { terms } from "./vocabulary.js";

/** The first one is what own tags are learned from. */
const models = ["musicnn-mtt", "musicnn-msd"] as const;
const nameOf = (model: string) => `demo-${model}`;

export interface Entry {
  readonly id: string;
  readonly title: string;
}

export interface Found extends Entry {
  /** How well it fits, -1 to 1. */
  readonly score: number;
}

/** Terms, or own tags, that are wanted (1) or not wanted (-1). */
export type Wanted = ReadonlyMap<string, number>;

/** By model. */
type Collections = ReadonlyMap<string, Collection>;

const collections = signal<Collections | undefined>(undefined);
/** Grows with every change, as collections are no signals. */
const revision = signal(0);
/** What was put in already: once it is forgotten it stays out, until its song is tagged anew. */
const added = new WeakSet<TagResult>();
let opening: Promise<Collections> | undefined;
let isWatching = false;

/** Everything, by title. */
export const entries = computed<readonly Entry[]>(() => {
  const main = read(models[0]);
  const all = [...(main ?? [])].map(({ id, title }) => ({ id, title: title ?? id }));
  return all.sort((a, b) => a.title.localeCompare(b.title));
});

/** The listener's own tags. */
export const ownTags = computed<readonly TagStatus[]>(() => {
  const tags = own();
  return tags ? tags.names.map((name) => tags.status(name)) : [];
});

/** Opens it, and from then on takes in every song that is tagged. */
export function openLibrary(): Promise<Collections> {
  opening ??= open().catch((error) => {
    opening = undefined;
    throw error;
  });
  return opening;
}

async function open(): Promise<Collections> {
  const opened = await Promise.all(
    models.map(async (model) => [model, await Collection.open({ name: nameOf(model) })] as const),
  );
  const all: Collections = new Map(opened);
  collections.value = all;
  watch();
  return all;
}

function watch(): void {
  if (isWatching) return;
  isWatching = true;
  effect(() => {
    for (const song of songs.value) takeIn(song);
  });
}

function takeIn(song: Song): void {
  for (const result of song.tags.value?.results ?? []) {
    if (added.has(result)) continue;
    added.add(result);
    const track = { id: song.id, title: song.name, ...result };
    void change(async (all) => all.get(result.model)?.add(track));
  }
}

/** The last thing that could not be stored. */
export const failure = signal<unknown>(undefined);

async function change(work: (all: Collections) => Promise<unknown>): Promise<void> {
  try {
    await work(await openLibrary());
  } catch (error) {
    failure.value = error;
  }
  revision.value++;
}

/** Subscribes whoever reads to changes. */
function read(model: string): Collection | undefined {
  return revision.value >= 0 ? collections.value?.get(model) : undefined;
}

function own(): PersonalTags | undefined {
  return read(models[0])?.personalTags;
}

/** Everything that sounds like a song or has the tags, best first. Without either: everything. */
export function find(wanted: Wanted, like?: string): readonly Found[] {
  const scores = new Map<string, { sum: number; weight: number }>();
  const take = (id: string, score: number, weight: number) => {
    const known = scores.get(id) ?? { sum: 0, weight: 0 };
    scores.set(id, { sum: known.sum + weight * score, weight: known.weight + weight });
  };
  for (const model of models) {
    const collection = read(model);
    if (!collection || collection.size === 0) continue;
    const limit = Number.POSITIVE_INFINITY;
    if (like !== undefined && collection.get(like)) {
      for (const { id, score } of collection.find({ like, limit })) take(id, score, 0.5);
    }
    for (const [name, weight] of wanted) {
      const tags = wordsFor(collection, model, name, weight);
      if (!tags) continue;
      const share = 1 / (terms.get(name)?.words.size ?? 1);
      for (const { id, score } of collection.find({ tags, limit })) take(id, score, share);
    }
  }
  return entries.value
    .flatMap((entry) => {
      const known = scores.get(entry.id);
      return known ? [{ ...entry, score: known.sum / known.weight }] : [];
    })
    .sort((a, b) => b.score - a.score);
}

/** A term in the words of a model; undefined where it has none. */
function wordsFor(collection: Collection, model: string, name: string, weight: number) {
  if (model === models[0] && collection.personalTags.status(name).ready) return { [name]: weight };
  const words = terms.get(name)?.words.get(model);
  return words && Object.fromEntries(words.map((word) => [word, weight]));
}

/** Says that an own tag fits a song, that it does not, or neither. The song must have been tagged. */
export function mark(tag: string, song: Song, fits: boolean | undefined): Promise<void> {
  const heard = hearing(song);
  return change(async (all) => {
    const own = all.get(models[0])?.personalTags;
    if (fits === undefined) await own?.unmark(tag, song.id);
    else await own?.mark(tag, heard && { id: song.id, ...heard }, fits);
  });
}

/** What the model of the own tags heard in a song. */
export function hearing(song: Song): TagResult | undefined {
  return song.tags.value?.results.find(({ model }) => model === models[0]);
}

/** What was said about a song. */
export function markOf(tag: string, song: string): boolean | undefined {
  return own()
    ?.examples(tag)
    .find(({ id }) => id === song)?.fits;
}

/** What the tag says about a song; undefined while it has not learned enough. */
export function judge(tag: string, song: Song): TagJudgement | undefined {
  const heard = hearing(song);
  const tags = own();
  return heard && tags?.status(tag).ready ? tags.score(tag, heard) : undefined;
}

export function removeTag(tag: string): Promise<void> {
  return change(async (all) => all.get(models[0])?.personalTags.remove(tag));
}

export function forgetSong(id: string): Promise<void> {
  return change(async (all) => {
    for (const collection of all.values()) await collection.remove(id);
  });
}

// Everything is forgotten, here and in the browser.
beforeDeletion(async () => {
  for (const collection of collections.peek()?.values() ?? []) collection.close();
  collections.value = undefined;
  opening = undefined;
  await Promise.all(models.map((model) => Collection.delete(nameOf(model))));
});
