/** Writes a WAV as a stream. */

import type { AudioShape } from "../../src/files/types.js";
import { WaveEncoder, waveHeader } from "../../src/files/wave.js";
import { NewFile } from "./new_file.js";
import { type StemWriter, sliceFrames } from "./stem_writer.js";

export class WavWriter implements StemWriter {
  private readonly encoder: WaveEncoder;
  private frames = 0;
  private dataStart = 0;

  private constructor(
    private readonly file: NewFile,
    private readonly shape: AudioShape,
  ) {
    this.encoder = new WaveEncoder(shape);
  }

  static async create(path: string, shape: AudioShape): Promise<WavWriter> {
    const writer = new WavWriter(await NewFile.create(path), shape);
    const header = waveHeader(shape, 0);
    writer.dataStart = header.length;
    try {
      await writer.file.append(header);
    } catch (error) {
      await writer.discard();
      throw error;
    }
    return writer;
  }

  get path(): string {
    return this.file.path;
  }

  get clippedSamples(): number {
    return this.encoder.clippedSamples;
  }

  async write(channels: readonly Float32Array[]): Promise<void> {
    const frames = channels[0]?.length ?? 0;
    for (let from = 0; from < frames; from += sliceFrames) {
      const to = Math.min(frames, from + sliceFrames);
      await this.file.append(this.encoder.encode(channels, from, to));
    }
    this.frames += frames;
  }

  async finish(): Promise<void> {
    if ((this.file.length - this.dataStart) % 2 === 1) await this.file.append(new Uint8Array(1));
    await this.file.patch(0, waveHeader(this.shape, this.frames));
    await this.file.complete();
  }

  publish(): Promise<void> {
    return this.file.publish();
  }

  discard(): Promise<void> {
    return this.file.discard();
  }
}
