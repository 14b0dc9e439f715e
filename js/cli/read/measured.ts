/**
 * Counts the frames that come out of a file, for progress where the file doesn't say its length, and
 * notices where there is nothing to hear.
 */

import type { AudioStream } from "divisi";
import type { AudioFile } from "./audio_file.js";

/** -80 dBFS: below the noise of tape and of any microphone. */
const silence = 1e-4;

export class MeasuredAudio {
  readonly #file: AudioFile;
  #frames = 0;
  #peak = 0;
  #monoPeak = 0;

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
    return this.#peak < silence;
  }

  /** The same of the channels' mean, which is all that a tagger hears. */
  get isSilentInMono(): boolean {
    return this.#monoPeak < silence;
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
      if (this.#monoPeak < silence) this.#listen(block);
      yield block;
    }
  }

  #listen(channels: readonly Float32Array[]): void {
    const frames = channels[0]?.length ?? 0;
    for (let i = 0; i < frames; i++) {
      let sum = 0;
      for (const channel of channels) {
        const sample = channel[i] ?? 0;
        sum += sample;
        this.#peak = Math.max(this.#peak, Math.abs(sample));
      }
      this.#monoPeak = Math.max(this.#monoPeak, Math.abs(sum) / channels.length);
    }
  }
}
