/**
 * All that is computed of one song: its stems, as far as no player computes them, and its tags. Stems
 * come first, for they are what is heard: tags are looked for once a player has begun with them, or
 * after them. What cannot be had of the one does not keep the other away.
 */

import { effect } from "@preact/signals";
import { DivisiError, type PlanarAudio, type Separator, type TagResult } from "divisi";
import type { LoadedModels } from "./loaded_models.js";
import { ProgressEstimate } from "./progress_estimate.js";
import type { QueuedSong } from "./song.js";
import { type ModelBook, SongError } from "./types.js";
import { until } from "./until.js";

export interface Work {
  readonly models: LoadedModels;
  readonly book: ModelBook;
  readonly taggingModels: readonly string[];
  /** Whether a song is shown, and so about to be taken by the player. */
  isShown(song: QueuedSong): boolean;
}

/** A player takes the song that is shown within some frames of its being decoded. */
const takingMilliseconds = 250;

/** Rejects as soon as the song is cancelled, or given to another model. */
export async function computeSong(song: QueuedSong, work: Work): Promise<void> {
  // Of this run: a song that is given to another model meanwhile has a new one.
  const { signal } = song;
  const model = song.model.peek();
  const { book } = work;
  song.stage.value = "decoding";
  const audio = await song.loadAudio();
  signal.throwIfAborted();
  const estimate = new ProgressEstimate(song.duration.value ?? 0, book.speed(model));
  // A player may compute stems from the beginning on.
  const stopWatching = effect(() => {
    const progress = estimate.separated(song.separatedSeconds.value);
    if (!signal.aborted) song.progress.value = progress;
  });
  try {
    const separation = { ...work, model, signal, estimate };
    const separate = () => separateSong(song, audio, separation);
    const tag = async () => {
      if (!isTagged(song, work)) await tagSong(song, audio, work, estimate);
      song.progress.value = estimate.tagged(1);
    };
    const isPlayed = await playerBegins(song, separation);
    await inTurn(isPlayed ? [tag, separate] : [separate, tag], signal);
  } finally {
    stopWatching();
  }
  signal.throwIfAborted();
  if (estimate.measuredSpeed) book.measured(model, { speed: estimate.measuredSpeed });
  song.stage.value = "done";
}

/** Does one after the other. @throws the first error, when all of them have had their turn */
async function inTurn(steps: readonly (() => Promise<void>)[], signal: AbortSignal): Promise<void> {
  const errors: unknown[] = [];
  for (const step of steps) {
    await step().catch((error) => errors.push(error));
    signal.throwIfAborted();
  }
  if (errors.length > 0) throw errors[0];
}

/** Waits for the first stems of a player that computes them. @returns whether it goes on with them */
async function playerBegins(song: QueuedSong, work: Separation): Promise<boolean> {
  const { model, signal } = work;
  if (work.isShown(song)) await takenByPlayer(song);
  signal.throwIfAborted();
  await until(() => {
    if (!song.playerComputes.value) return true;
    const hasBegun = song.separatedSeconds.value > 0;
    song.stage.value = hasBegun ? "computing" : "loading";
    return hasBegun || song.isSeparated(model);
  }, signal);
  return song.playerComputes.value;
}

/** Waits for a player to take a song, or until none will. */
async function takenByPlayer(song: QueuedSong): Promise<void> {
  const ending = new AbortController();
  const timer = setTimeout(() => ending.abort(), takingMilliseconds);
  await until(() => song.playerComputes.value, ending.signal).catch(() => undefined);
  clearTimeout(timer);
}

/** A song that was given up in between has the tags of some models only. */
function isTagged({ tags }: QueuedSong, { taggingModels }: Work): boolean {
  const { value: known } = tags;
  return known !== undefined && (known.silent || known.results.length === taggingModels.length);
}

async function tagSong(
  song: QueuedSong,
  audio: PlanarAudio,
  { models, taggingModels }: Work,
  estimate: ProgressEstimate,
): Promise<void> {
  const { signal } = song;
  const results: TagResult[] = [];
  if (song.sound.value?.isSilentInMono) {
    song.tags.value = { results, silent: true };
    return;
  }
  for (const [index, model] of taggingModels.entries()) {
    song.stage.value = "loading";
    const tagger = await models.tagger(model, signal);
    signal.throwIfAborted();
    song.stage.value = "computing";
    const onProgress = ({ done, total }: { done: number; total: number | undefined }) => {
      song.progress.value = estimate.tagged(
        (index + done / (total ?? done)) / taggingModels.length,
      );
    };
    results.push(await tagger.tag(audio, { signal, onProgress }));
    song.tags.value = { results: [...results], silent: false };
  }
}

interface Separation extends Work {
  readonly model: string;
  readonly signal: AbortSignal;
  readonly estimate: ProgressEstimate;
}

async function separateSong(song: QueuedSong, audio: PlanarAudio, work: Separation): Promise<void> {
  while (!song.isSeparated(work.model)) {
    work.signal.throwIfAborted();
    if (song.playerComputes.value) await letPlayerCompute(song, work);
    else await computeRest(song, audio, work);
  }
}

/** Waits until a player has computed all stems, or is not at it any more. */
async function letPlayerCompute(song: QueuedSong, { model, signal }: Separation): Promise<void> {
  await until(() => {
    song.stage.value = song.separatedSeconds.value > 0 ? "computing" : "loading";
    return song.isSeparated(model) || !song.playerComputes.value;
  }, signal);
}

/** Computes the stems that are missing, unless a player begins to do that. */
async function computeRest(
  song: QueuedSong,
  audio: PlanarAudio,
  { models, book, model, signal: cancelling, estimate }: Separation,
): Promise<void> {
  const ending = new AbortController();
  const onCancel = () => ending.abort(cancelling.reason);
  cancelling.addEventListener("abort", onCancel);
  const stopWatching = effect(() => {
    if (song.playerComputes.value) ending.abort();
  });
  const { signal } = ending;
  try {
    song.stage.value = "loading";
    const separator = await models.separator(model, signal);
    signal.throwIfAborted();
    song.stage.value = "computing";
    estimate.begin();
    const store = song.openStems(model, separator.stems);
    await separator.separateInto(store, audio, { signal });
    book.measured(model, { memoryBytes: await memoryOf(separator) });
  } catch (error) {
    cancelling.throwIfAborted();
    if (!signal.aborted) throw asModelError(error);
  } finally {
    stopWatching();
    cancelling.removeEventListener("abort", onCancel);
  }
}

async function memoryOf(separator: Separator): Promise<number> {
  const { wasmMemoryBytes } = await separator.inspect();
  return wasmMemoryBytes;
}

/** Reading a song has had its memory: what lacks now is room for the model. */
function asModelError(cause: unknown): unknown {
  const isTooLarge = cause instanceof DivisiError && cause.code === "out-of-memory";
  return isTooLarge ? new SongError("model-too-large", cause.message, {}, { cause }) : cause;
}
