/**
 * The stems of one song as Blobs, one for each block and stem: a four-minute song takes 170 MB, which
 * is no room to take from a phone's memory. Chromium moves Blobs to disk when they become many.
 */

import type { StemBlock } from "divisi";
import { SongError, type StemStore } from "./types.js";

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
  readonly blocks: readonly StoredBlock[];
}

const bytesPerSample = 4;

export class BlobStemStore implements StemStore {
  readonly sampleRate: number;
  readonly channelCount: number;
  readonly frameCount: number;
  readonly stems: readonly string[];
  readonly #blocks: StoredBlock[];

  constructor({ sampleRate, channelCount, frameCount, stems, blocks }: StoredStems) {
    this.sampleRate = sampleRate;
    this.channelCount = channelCount;
    this.frameCount = frameCount;
    this.stems = stems;
    this.#blocks = [...blocks];
  }

  get stored(): StoredStems {
    const { sampleRate, channelCount, frameCount, stems } = this;
    return { sampleRate, channelCount, frameCount, stems, blocks: [...this.#blocks] };
  }

  get readyFrames(): number {
    const last = this.#blocks.at(-1);
    return last ? last.startFrame + last.frameCount : 0;
  }

  get bytes(): number {
    return this.readyFrames * this.channelCount * this.stems.length * bytesPerSample;
  }

  /** Takes the next block. */
  append({ startFrame, frameCount, stems }: StemBlock): void {
    const blobs = Object.fromEntries(
      this.stems.map((name) => [name, new Blob([...(stems[name] ?? [])] as BlobPart[])]),
    );
    this.#blocks.push({ startFrame, frameCount, blobs });
  }

  async read(stem: string, begin: number, end: number): Promise<Float32Array<ArrayBuffer>[]> {
    if (!this.stems.includes(stem)) throw new RangeError(`there is no stem "${stem}"`);
    if (!(begin >= 0 && begin <= end && end <= this.readyFrames)) {
      throw new RangeError(`frames ${begin} to ${end} of ${this.readyFrames} that are there`);
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
