/** All that is computed of one song: its tags, then what a player has not computed of its stems. */

import { effect } from "@preact/signals";
import type { PlanarAudio, TagResult } from "divisi";
import type { LoadedModels } from "./loaded_models.js";
import { ProgressEstimate } from "./progress_estimate.js";
import type { QueuedSong } from "./song.js";
import { until } from "./until.js";

export interface Work {
  readonly models: LoadedModels;
  readonly separationModel: string;
  readonly taggingModels: readonly string[];
  /** Of the song before; 0 if there was none. */
  readonly speed: number;
}

/**
 * Rejects as soon as the song is cancelled.
 * @return the speed of separation, in seconds of the song a second
 */
export async function computeSong(song: QueuedSong, work: Work): Promise<number> {
  const { signal } = song;
  song.stage.value = "decoding";
  const audio = await song.loadAudio();
  signal.throwIfAborted();
  const estimate = new ProgressEstimate(song.duration.value ?? 0, work.speed);
  // A player may compute stems from the beginning on, while the song is tagged.
  const stopWatching = effect(() => {
    song.progress.value = estimate.separated(song.separatedSeconds.value);
  });
  try {
    if (!song.tags.value) await tagSong(song, audio, work, estimate);
    song.progress.value = estimate.tagged(1);
    estimate.begin();
    await separateSong(song, audio, work);
  } finally {
    stopWatching();
  }
  song.stage.value = "done";
  return estimate.speed;
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

async function separateSong(song: QueuedSong, audio: PlanarAudio, work: Work): Promise<void> {
  const { separationModel: model } = work;
  while (!song.isSeparated(model)) {
    if (song.playerComputes.value) await letPlayerCompute(song, model);
    else await computeRest(song, audio, work);
  }
}

/** Waits until a player has computed all stems, or is not at it any more. */
async function letPlayerCompute(song: QueuedSong, model: string): Promise<void> {
  await until(() => {
    song.stage.value = song.separatedSeconds.value > 0 ? "computing" : "loading";
    return song.isSeparated(model) || !song.playerComputes.value;
  }, song.signal);
}

/** Computes the stems that are missing, unless a player begins to do that. */
async function computeRest(song: QueuedSong, audio: PlanarAudio, work: Work): Promise<void> {
  const { models, separationModel: model } = work;
  const ending = new AbortController();
  const onCancel = () => ending.abort(song.signal.reason);
  song.signal.addEventListener("abort", onCancel);
  const stopWatching = effect(() => {
    if (song.playerComputes.value) ending.abort();
  });
  const { signal } = ending;
  try {
    song.stage.value = "loading";
    const separator = await models.separator(model, signal);
    signal.throwIfAborted();
    song.stage.value = "computing";
    const store = song.openStems(model, separator.stems);
    await separator.separateInto(store, audio, { signal });
  } catch (error) {
    song.signal.throwIfAborted();
    if (!signal.aborted) throw error;
  } finally {
    stopWatching();
    song.signal.removeEventListener("abort", onCancel);
  }
}
