/**
 * The stems of one song as Blobs, one for each block and stem: a four-minute song takes 170 MB, which
 * is no room to take from a phone's memory. Chromium moves Blobs to disk when they become many.
 */

import type { StemBlock } from "divisi";
import { SongError, type SongStems } from "./types.js";

/** The same stretch of every stem. */
export interface StoredBlock {
  readonly startFrame: number;
  readonly frameCount: number;
  /** By stem: float32, one channel after the other. */
  readonly blobs: Readonly<Record<string, Blob>>;
}

/** What a Blob store is made of; can be sent to a Worker. */
export interface StoredStems {
  readonly sampleRate: number;
  readonly channelCount: number;
  readonly frameCount: number;
  readonly stems: readonly string[];
  /** In any order; none overlaps another. */
  readonly blocks: readonly StoredBlock[];
}

const bytesPerSample = 4;

export class BlobStemStore implements SongStems {
  readonly sampleRate: number;
  readonly channelCount: number;
  readonly frameCount: number;
  readonly stems: readonly string[];
  /** By their place in the song. */
  readonly #blocks: StoredBlock[];
  readonly #onAdd: (block: StemBlock) => void;
  #readyFrames: number;

  /** @param onAdd told of every stretch that was not there before */
  constructor(stored: StoredStems, onAdd: (block: StemBlock) => void = () => {}) {
    this.sampleRate = stored.sampleRate;
    this.channelCount = stored.channelCount;
    this.frameCount = stored.frameCount;
    this.stems = stored.stems;
    this.#blocks = [...stored.blocks].sort((a, b) => a.startFrame - b.startFrame);
    this.#readyFrames = this.#blocks.reduce((sum, { frameCount }) => sum + frameCount, 0);
    this.#onAdd = onAdd;
  }

  get stored(): StoredStems {
    const { sampleRate, channelCount, frameCount, stems } = this;
    return { sampleRate, channelCount, frameCount, stems, blocks: [...this.#blocks] };
  }

  get readyFrames(): number {
    return this.#readyFrames;
  }

  get bytes(): number {
    return this.#readyFrames * this.channelCount * this.stems.length * bytesPerSample;
  }

  has(begin: number, end: number): boolean {
    return this.#gaps(begin, end).length === 0;
  }

  add(block: StemBlock): void {
    for (const [begin, end] of this.#gaps(block.startFrame, block.startFrame + block.frameCount)) {
      const piece = cut(block, begin, end);
      const blobs = Object.fromEntries(
        this.stems.map((name) => [name, new Blob([...(piece.stems[name] ?? [])] as BlobPart[])]),
      );
      const next = this.#blocks.findIndex(({ startFrame }) => startFrame > begin);
      const place = next < 0 ? this.#blocks.length : next;
      this.#blocks.splice(place, 0, { startFrame: begin, frameCount: end - begin, blobs });
      this.#readyFrames += end - begin;
      this.#onAdd(piece);
    }
  }

  async read(begin: number, end: number): Promise<StemBlock> {
    const stems = await Promise.all(
      this.stems.map(async (name) => [name, await this.readStem(name, begin, end)] as const),
    );
    return { startFrame: begin, frameCount: end - begin, stems: Object.fromEntries(stems) };
  }

  async readStem(stem: string, begin: number, end: number): Promise<Float32Array<ArrayBuffer>[]> {
    if (!this.stems.includes(stem)) throw new RangeError(`there is no stem "${stem}"`);
    if (!(begin >= 0 && begin <= end && end <= this.frameCount && this.has(begin, end))) {
      throw new RangeError(`frames ${begin} to ${end} are not all there`);
    }
    const channels = Array.from({ length: this.channelCount }, () => new Float32Array(end - begin));
    for (const block of this.#blocks) {
      const from = Math.max(begin, block.startFrame);
      const to = Math.min(end, block.startFrame + block.frameCount);
      if (from >= to) continue;
      const blob = block.blobs[stem] as Blob;
      for (const [channel, samples] of channels.entries()) {
        const start = channel * block.frameCount + from - block.startFrame;
        samples.set(await readSamples(blob, start, to - from), from - begin);
      }
    }
    return channels;
  }

  /** What is missing of the frames from `begin` to before `end`. */
  #gaps(begin: number, end: number): readonly (readonly [begin: number, end: number])[] {
    const gaps: [number, number][] = [];
    let at = begin;
    for (const { startFrame, frameCount } of this.#blocks) {
      if (startFrame >= end) break;
      if (startFrame > at) gaps.push([at, startFrame]);
      at = Math.max(at, startFrame + frameCount);
    }
    if (at < end) gaps.push([at, end]);
    return gaps;
  }
}

function cut(block: StemBlock, begin: number, end: number): StemBlock {
  if (end - begin === block.frameCount) return block;
  const [from, to] = [begin - block.startFrame, end - block.startFrame];
  const stems = Object.entries(block.stems).map(
    ([name, channels]) => [name, channels.map((samples) => samples.subarray(from, to))] as const,
  );
  return { startFrame: begin, frameCount: end - begin, stems: Object.fromEntries(stems) };
}

async function readSamples(blob: Blob, start: number, count: number): Promise<Float32Array> {
  const slice = blob.slice(start * bytesPerSample, (start + count) * bytesPerSample);
  try {
    return new Float32Array(await slice.arrayBuffer());
  } catch (cause) {
    // The browser could not put it on the disk, or ran out of memory for it.
    throw new SongError("out-of-memory", "the browser has lost a stem", {}, { cause });
  }
}
