/** One song, several workers: each computes a run of chunks. */

import { DivisiError } from "../base/errors.js";
import type { ChunkedSong } from "./chunked_song.js";
import type { SeparateOptions, StemBlock } from "./types.js";

/**
 * Yields the blocks of all runs as they come, so in no order. The first failure ends all runs, as
 * do the signal and `break`.
 */
export async function* separateInRuns(
  song: ChunkedSong,
  workers: number,
  { signal, onProgress }: SeparateOptions,
): AsyncGenerator<StemBlock, void, void> {
  const stop = new AbortController();
  const onAbort = () => stop.abort(signal?.reason);
  signal?.throwIfAborted();
  signal?.addEventListener("abort", onAbort);
  try {
    const runs = splitIntoRuns(song.chunks.length, workers).map(([first, end]) =>
      song.compute(first, end, stop.signal),
    );
    let done = 0;
    for await (const block of merge(runs)) {
      done += block.frameCount;
      onProgress?.({ done, total: song.frameCount, unit: "frames" });
      yield block;
    }
  } finally {
    signal?.removeEventListener("abort", onAbort);
    stop.abort(new DivisiError("closed", "another run of the song has failed"));
  }
}

/**
 * Runs of chunks of which the longest is as short as can be: every run but the first has to compute
 * one chunk more than it yields. The earlier ones are the longer ones, for they start first.
 */
export function splitIntoRuns(count: number, workers: number): [first: number, end: number][] {
  // `longest` chunks in the first run and one less in each of the others have to do.
  let longest = 1;
  while (longest + (workers - 1) * (longest - 1) < count) longest += 1;
  const runs: [number, number][] = [];
  for (let first = 0; first < count; ) {
    const length = first === 0 ? longest : longest - 1;
    const end = Math.min(first + length, count);
    runs.push([first, end]);
    first = end;
  }
  return runs;
}

/** Yields what any of them yields. */
async function* merge<T>(
  sources: readonly AsyncGenerator<T, void, void>[],
): AsyncGenerator<T, void, void> {
  const next = async (source: AsyncGenerator<T, void, void>) => ({
    source,
    result: await source.next(),
  });
  const waiting = new Map(sources.map((source) => [source, next(source)]));
  try {
    while (waiting.size > 0) {
      const { source, result } = await Promise.race(waiting.values());
      if (result.done) {
        waiting.delete(source);
      } else {
        waiting.set(source, next(source));
        yield result.value;
      }
    }
  } finally {
    // Of those that fail now nobody hears: the first failure is on its way out.
    for (const pending of waiting.values()) pending.catch(() => undefined);
    for (const source of waiting.keys()) source.return().catch(() => undefined);
  }
}
