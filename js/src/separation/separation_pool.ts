/** Workers that separate, and what comes out of one. */

import type { AudioSource } from "../audio/audio_source.js";
import { checkOptions } from "../base/options.js";
import { readTask, type Task } from "../engine/pool/loaded_worker.js";
import { workerCount } from "../engine/pool/options.js";
import { type PoolStreamOptions, WorkerPool } from "../engine/pool/worker_pool.js";
import { channelsOf } from "../engine/protocol/items.js";
import type { SeparatorOptions, StemBlock } from "./types.js";

/** The names of a model's stems are all that is read in it. */
export type SeparationPool = WorkerPool<readonly string[]>;

export const separationTask: Task<readonly string[]> = {
  name: "separator",
  read: (documents) =>
    readTask<{ task: "separation"; stems: string[] }>(documents.task, "separation").stems,
};

/** A block has at most this many samples in all, so that copying one takes a few milliseconds. */
const maxBlockSamples = 2 ** 20;

export async function openSeparationPool(options: SeparatorOptions): Promise<SeparationPool> {
  checkOptions(options);
  return WorkerPool.create(separationTask, options, workerCount(options.workers));
}

export interface StemRun extends Pick<PoolStreamOptions, "options" | "signal"> {
  readonly stemCount: number;
  /** The song's frames of which stems are wanted. Default: all. */
  readonly begin?: number;
  readonly end?: number;
}

/** Yields blocks of every stem, which follow one another without gaps. */
export async function* streamStems(
  pool: SeparationPool,
  source: AudioSource,
  { options, signal, stemCount, begin = 0, end = Number.POSITIVE_INFINITY }: StemRun,
): AsyncGenerator<StemBlock, void, void> {
  const maxItems = Math.floor(maxBlockSamples / (source.channelCount * stemCount));
  let startFrame = begin;
  const batches = pool.stream(source, { options, signal, maxItems, limit: end - begin });
  for await (const { items } of batches) {
    const stems = Object.entries(items).map(([name, of]) => [name, channelsOf(of)] as const);
    const frameCount = stems[0]?.[1][0]?.length ?? 0;
    yield { startFrame, frameCount, stems: Object.fromEntries(stems) };
    startFrame += frameCount;
  }
}
