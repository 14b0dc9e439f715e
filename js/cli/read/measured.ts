/**
 * Counts the frames that come out of a file, for progress where the file doesn't say its length, and
 * notices where there is nothing to hear.
 */

import type { AudioStream } from "divisi";
import { Audibility, type AudioFile } from "divisi/readers";

export class MeasuredAudio {
  readonly #file: AudioFile;
  #frames = 0;
  readonly #audibility = new Audibility();

  constructor(file: AudioFile) {
    this.#file = file;
  }

  /** The file's audio, to be read once. */
  get audio(): AudioStream {
    const { sampleRate, channelCount, frameCount } = this.#file;
    const blocks = this.#counted();
    return {
      sampleRate,
      channelCount,
      ...(frameCount === undefined ? {} : { frameCount }),
      blocks,
    };
  }

  /** Frames read so far. */
  get decoded(): number {
    return this.#frames;
  }

  /** Whether no sample reached -80 dBFS. */
  get isSilent(): boolean {
    return this.#audibility.isSilent;
  }

  /** The same of the channels' mean, which is all that a tagger hears. */
  get isSilentInMono(): boolean {
    return this.#audibility.isSilentInMono;
  }

  /** About what share of the file `frames` are, 0 to 1; 0 for a pipe that doesn't tell. */
  share(frames: number): number {
    // Where the file doesn't say how long it is, the share of it read so far tells about.
    const read = this.#file.bytesRead() ?? 0;
    const total = this.#file.frameCount ?? (read > 0 ? this.#frames / read : undefined);
    return total === undefined ? 0 : Math.min(1, frames / total);
  }

  async *#counted(): AsyncGenerator<readonly Float32Array[]> {
    for await (const block of this.#file.blocks) {
      this.#frames += block[0]?.length ?? 0;
      this.#audibility.add(block);
      yield block;
    }
  }
}
