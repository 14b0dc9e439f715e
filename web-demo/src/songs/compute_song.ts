/** All that is computed of one song: its tags, then its stems. */

import type { PlanarAudio, TagResult } from "divisi";
import type { LoadedModels } from "./loaded_models.js";
import { PeakBuilder } from "./peaks.js";
import { ProgressEstimate } from "./progress_estimate.js";
import type { QueuedSong } from "./song.js";
import { BlobStemStore } from "./stem_store.js";

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
  if (!song.tags.value) await tagSong(song, audio, work, estimate);
  await separateSong(song, audio, work, estimate);
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
    song.tags.value = { results: [...results] };
  }
}

async function separateSong(
  song: QueuedSong,
  audio: PlanarAudio,
  { models, separationModel }: Work,
  estimate: ProgressEstimate,
): Promise<void> {
  const { signal } = song;
  song.stage.value = "loading";
  const separator = await models.separator(separationModel, signal);
  signal.throwIfAborted();
  song.stage.value = "computing";
  const { sampleRate, channels } = audio;
  const frameCount = channels[0]?.length ?? 0;
  const { stems } = separator;
  const shape = { sampleRate, channelCount: channels.length, frameCount, stems, blocks: [] };
  const store = new BlobStemStore(shape);
  const builders = new Map(stems.map((name) => [name, new PeakBuilder(sampleRate, frameCount)]));
  song.store = store;
  estimate.begin();
  for await (const block of separator.stream(audio, { signal })) {
    store.append(block);
    for (const [name, builder] of builders) builder.add(block.stems[name] ?? []);
    song.stemPeaks.value = new Map(
      [...builders].map(([name, builder]) => [name, builder.peaks] as const),
    );
    song.progress.value = estimate.separated((block.startFrame + block.frameCount) / sampleRate);
  }
}
