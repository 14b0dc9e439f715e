/**
 * Which parts of a song are computed next and which are kept, from where it is played, what is there
 * and how much may be kept. Pure functions over chunk numbers.
 */

export interface Situation {
  readonly chunkCount: number;
  /** The chunk that is played. */
  readonly playhead: number;
  /** First and last chunk of the loop that is played. */
  readonly loop: readonly [first: number, last: number] | undefined;
  readonly ready: ReadonlySet<number>;
  /** Chunks that the app has: they are read where others are computed. */
  readonly stored: ReadonlySet<number>;
  /** Whether chunks are computed that could not be kept, as the app does keep them. */
  readonly wholeSong: boolean;
  /** What is being computed. */
  readonly runs: readonly Run[];
  /** The most chunks that may be kept. */
  readonly maxChunks: number;
  /** The most chunks that a run may compute in a row. */
  readonly maxRun: number;
}

/** Computes the chunks from `next` up to, but not including, `end`. */
export interface Run {
  readonly next: number;
  readonly end: number;
}

/** So many chunks ahead of the playhead are kept for each one behind it. */
const aheadForOneBehind = 4;

/** What will be played when nothing is touched, in that order. */
export function ahead({ chunkCount, playhead, loop }: Situation): number[] {
  const looped = loop && playhead <= loop[1];
  if (!looped) return range(playhead, chunkCount);
  const [first, last] = loop;
  const before = range(first, Math.min(playhead, last + 1));
  // What comes before the loop is heard once; after it nothing is, unless it is turned off.
  return [...range(playhead, last + 1), ...before, ...range(last + 1, chunkCount)];
}

/** The chunks that are worth keeping, the worthiest first; no more than may be kept. */
export function wanted(situation: Situation): number[] {
  const first = ahead(situation);
  const known = new Set(first);
  const behind = range(0, situation.chunkCount)
    .filter((chunk) => !known.has(chunk))
    .reverse();
  const order: number[] = [];
  for (let i = 0; i < first.length || behind.length > 0; i += aheadForOneBehind) {
    order.push(...first.slice(i, i + aheadForOneBehind), ...behind.splice(0, 1));
  }
  return order.slice(0, situation.maxChunks);
}

/** What a Worker that has nothing to do should compute, if anything. */
export function nextRun(situation: Situation): Run | undefined {
  const { chunkCount, maxRun, wholeSong } = situation;
  const maxChunks = wholeSong ? chunkCount : situation.maxChunks;
  const worth = new Set(wanted({ ...situation, maxChunks }));
  const isOpen = (chunk: number) =>
    chunk >= 0 && chunk < chunkCount && worth.has(chunk) && isMissing(chunk, situation);
  let next = ahead(situation).find(isOpen);
  if (next === undefined) {
    // Nothing is urgent: what lies behind is computed from its beginning, as that takes one run.
    next = [...worth].find(isOpen);
    while (next !== undefined && isOpen(next - 1)) next -= 1;
  }
  if (next === undefined) return undefined;
  let end = next + 1;
  while (end - next < maxRun && isOpen(end)) end += 1;
  return { next, end };
}

/** The chunk to be read next of those that the app has, if any. */
export function nextRead(situation: Situation): number | undefined {
  const { ready, stored } = situation;
  return wanted(situation).find((chunk) => stored.has(chunk) && !ready.has(chunk));
}

/** Ready chunks that must go so that no more are kept than may be, the least worthy first. */
export function surplus(situation: Situation): number[] {
  const rank = new Map(wanted({ ...situation, maxChunks: situation.chunkCount }).map(byIndex));
  const kept = [...situation.ready].sort((a, b) => (rank.get(a) ?? 0) - (rank.get(b) ?? 0));
  return kept.slice(situation.maxChunks).reverse();
}

/**
 * The run to give up so that the playhead's chunk can be computed at once: none where that is there,
 * or about to be computed, or a Worker is free.
 */
export function runToGiveUp(situation: Situation, workerCount: number): Run | undefined {
  const { playhead, ready, stored, runs } = situation;
  if (runs.length < workerCount || ready.has(playhead) || stored.has(playhead)) return undefined;
  // A run that begins anew has to compute the chunk before its first, so one that is so near is kept.
  const near = runs.some(
    ({ next, end }) => next <= playhead && playhead <= next + 1 && playhead < end,
  );
  if (near) return undefined;
  const rank = new Map(wanted({ ...situation, maxChunks: situation.chunkCount }).map(byIndex));
  return [...runs].sort((a, b) => (rank.get(b.next) ?? 0) - (rank.get(a.next) ?? 0))[0];
}

function isMissing(chunk: number, { ready, stored, runs }: Situation): boolean {
  if (ready.has(chunk) || stored.has(chunk)) return false;
  return !runs.some(({ next, end }) => next <= chunk && chunk < end);
}

const byIndex = (chunk: number, index: number): [number, number] => [chunk, index];

function range(begin: number, end: number): number[] {
  return Array.from({ length: Math.max(0, end - begin) }, (_, i) => begin + i);
}
