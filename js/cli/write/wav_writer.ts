/** Writes a WAV as a stream. */

import { type AudioShape, WaveEncoder, waveHeader } from "divisi/files";
import { NewFile } from "./new_file.js";
import { type StemWriter, sliceFrames } from "./stem_writer.js";

export class WavWriter implements StemWriter {
  readonly #file: NewFile;
  readonly #shape: AudioShape;
  readonly #encoder: WaveEncoder;
  #frames = 0;
  #dataStart = 0;

  private constructor(file: NewFile, shape: AudioShape) {
    this.#file = file;
    this.#shape = shape;
    this.#encoder = new WaveEncoder(shape);
  }

  static async create(path: string, shape: AudioShape): Promise<WavWriter> {
    const writer = new WavWriter(await NewFile.create(path), shape);
    const header = waveHeader(shape, 0);
    writer.#dataStart = header.length;
    try {
      await writer.#file.append(header);
    } catch (error) {
      await writer.discard();
      throw error;
    }
    return writer;
  }

  get path(): string {
    return this.#file.path;
  }

  get clippedSamples(): number {
    return this.#encoder.clippedSamples;
  }

  async write(channels: readonly Float32Array[]): Promise<void> {
    const frames = channels[0]?.length ?? 0;
    for (let from = 0; from < frames; from += sliceFrames) {
      const to = Math.min(frames, from + sliceFrames);
      await this.#file.append(this.#encoder.encode(channels, from, to));
    }
    this.#frames += frames;
  }

  async finish(): Promise<void> {
    if ((this.#file.length - this.#dataStart) % 2 === 1) await this.#file.append(new Uint8Array(1));
    await this.#file.patch(0, waveHeader(this.#shape, this.#frames));
    await this.#file.complete();
  }

  publish(): Promise<void> {
    return this.#file.publish();
  }

  discard(): Promise<void> {
    return this.#file.discard();
  }
}
