/**
 * Builds a WAV or FLAC as a Blob, from audio that comes stretch by stretch.
 */

import {
  type AudioShape,
  FlacEncoder,
  type FlacLibrary,
  WaveEncoder,
  waveHeader,
} from "divisi/files";

export interface BlobWriter {
  readonly clippedSamples: number;
  write(channels: readonly Float32Array[]): void;
  /** Once, at the end. */
  finish(): Blob;
  /** Frees what it holds; after `finish`, or instead of it. */
  free(): void;
}

type Bytes = Uint8Array<ArrayBuffer>;

/** Parts that are as large are handed to the browser, which can move them to disk. */
const partBytes = 4 * 2 ** 20;

/** Collects bytes; what was written first can be corrected. */
class BlobBuilder {
  readonly #start: Bytes = new Uint8Array(256);
  readonly #blobs: Blob[] = [];
  #waiting: Bytes[] = [];
  #waitingBytes = 0;
  #length = 0;

  append(bytes: Bytes): void {
    const kept = Math.max(0, Math.min(bytes.length, this.#start.length - this.#length));
    this.#start.set(bytes.subarray(0, kept), Math.min(this.#length, this.#start.length));
    this.#length += bytes.length;
    this.#waiting.push(bytes.subarray(kept));
    this.#waitingBytes += bytes.length - kept;
    if (this.#waitingBytes >= partBytes) this.#settle();
  }

  patch(position: number, bytes: Bytes): void {
    this.#start.set(bytes, position);
  }

  finish(type: string): Blob {
    this.#settle();
    const start = this.#start.subarray(0, Math.min(this.#length, this.#start.length));
    return new Blob([start, ...this.#blobs], { type });
  }

  #settle(): void {
    this.#blobs.push(new Blob(this.#waiting));
    this.#waiting = [];
    this.#waitingBytes = 0;
  }
}

export function createWavWriter(shape: AudioShape): BlobWriter {
  const builder = new BlobBuilder();
  const encoder = new WaveEncoder(shape);
  let frames = 0;
  builder.append(waveHeader(shape, 0));
  return {
    get clippedSamples() {
      return encoder.clippedSamples;
    },
    write(channels) {
      const count = channels[0]?.length ?? 0;
      builder.append(encoder.encode(channels, 0, count));
      frames += count;
    },
    finish() {
      const dataBytes = (frames * shape.channelCount * shape.bits) / 8;
      if (dataBytes % 2 === 1) builder.append(new Uint8Array(1));
      builder.patch(0, waveHeader(shape, frames));
      return builder.finish("audio/wav");
    },
    free() {},
  };
}

/** @param name for error messages */
export function createFlacWriter(
  library: FlacLibrary,
  shape: AudioShape,
  name: string,
): BlobWriter {
  const builder = new BlobBuilder();
  const encoder = new FlacEncoder(library, shape, name);
  const append = (encoded: readonly Bytes[]) => {
    for (const bytes of encoded) builder.append(bytes);
  };
  return {
    get clippedSamples() {
      return encoder.clippedSamples;
    },
    write: (channels) => append(encoder.encode(channels, 0, channels[0]?.length ?? 0)),
    finish() {
      const { encoded, patches } = encoder.finish();
      append(encoded);
      for (const { position, bytes } of patches) builder.patch(position, bytes);
      return builder.finish("audio/flac");
    },
    free: () => encoder.free(),
  };
}
