/** Writes a FLAC as a stream. */

import { createRequire } from "node:module";
import { type AudioShape, FlacEncoder, type FlacLibrary } from "divisi/files";
import { NewFile } from "./new_file.js";
import { type StemWriter, sliceFrames } from "./stem_writer.js";

let library: Promise<FlacLibrary> | undefined;

/** libflacjs in Node. */
export function loadFlacLibrary(): Promise<FlacLibrary> {
  library ??= new Promise((resolve) => {
    const load = createRequire(import.meta.url)("libflacjs") as (variant: string) => FlacLibrary;
    // Where there is a global fetch it takes Node for a browser and fetches a path as a URL. It looks
    // while it loads, which is synchronous, so nobody else misses fetch.
    const fetch = Object.getOwnPropertyDescriptor(globalThis, "fetch");
    Reflect.deleteProperty(globalThis, "fetch");
    try {
      const flac = load("release.wasm");
      if (flac.isReady()) resolve(flac);
      else flac.on("ready", () => resolve(flac));
    } finally {
      if (fetch !== undefined) Object.defineProperty(globalThis, "fetch", fetch);
    }
  });
  return library;
}

export class FlacWriter implements StemWriter {
  readonly #encoder: FlacEncoder;
  readonly #file: NewFile;

  private constructor(encoder: FlacEncoder, file: NewFile) {
    this.#encoder = encoder;
    this.#file = file;
  }

  static async create(path: string, shape: AudioShape): Promise<FlacWriter> {
    const flac = await loadFlacLibrary();
    const encoder = new FlacEncoder(flac, shape, path);
    try {
      return new FlacWriter(encoder, await NewFile.create(path));
    } catch (error) {
      encoder.free();
      throw error;
    }
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
      for (const bytes of this.#encoder.encode(channels, from, to)) await this.#file.append(bytes);
    }
  }

  async finish(): Promise<void> {
    const { encoded, patches } = this.#encoder.finish();
    for (const bytes of encoded) await this.#file.append(bytes);
    for (const { position, bytes } of patches) await this.#file.patch(position, bytes);
    await this.#file.complete();
    this.#encoder.free();
  }

  publish(): Promise<void> {
    return this.#file.publish();
  }

  async discard(): Promise<void> {
    this.#encoder.free();
    await this.#file.discard();
  }
}
