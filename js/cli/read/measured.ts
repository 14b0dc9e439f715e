/** Counts the frames that come out of a file, for progress where the file doesn't say its length. */

import type { AudioStream } from "divisi";
import type { AudioFile } from "./audio_file.js";

export class MeasuredAudio {
  readonly #source: AudioFile;
  #frames = 0;

  constructor(source: AudioFile) {
    this.#source = source;
  }

  /** The source's audio, to be read once. */
  get audio(): AudioStream {
    const { sampleRate, channelCount, frameCount } = this.#source;
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

  /** About what share of the file `frames` are, 0 to 1; 0 for a pipe that doesn't tell. */
  share(frames: number): number {
    // Where the file doesn't say how long it is, the share of it read so far tells about.
    const read = this.#source.bytesRead() ?? 0;
    const total = this.#source.frameCount ?? (read > 0 ? this.#frames / read : undefined);
    return total === undefined ? 0 : Math.min(1, frames / total);
  }

  async *#counted(): AsyncGenerator<readonly Float32Array[]> {
    for await (const block of this.#source.blocks) {
      this.#frames += block[0]?.length ?? 0;
      yield block;
    }
  }
}
