/** Writes a FLAC as a stream through libflacjs (libFLAC compiled to Wasm). */

import { createRequire } from "node:module";
import { DivisiError } from "../../src/errors.js";
import { NewFile } from "./new_file.js";
import { Quantiser } from "./quantiser.js";
import { type StemShape, type StemWriter, sliceFrames } from "./stem_writer.js";

type Flac = typeof import("libflacjs/dist/libflac.js");

/** libFLAC's default; higher levels take much longer for a few per cent. */
const compressionLevel = 5;
/** "fLaC" and the head of the first metadata block come before STREAMINFO's 34 bytes. */
const streamInfoStart = 8;

let library: Promise<Flac> | undefined;

function loadLibrary(): Promise<Flac> {
  library ??= new Promise((resolve) => {
    const load = createRequire(import.meta.url)("libflacjs") as (variant: string) => Flac;
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

interface StreamInfo {
  min_framesize: number;
  max_framesize: number;
  md5sum: string;
}

export class FlacWriter implements StemWriter {
  private readonly quantiser: Quantiser;
  private readonly encoder: number;
  private encoded: Uint8Array[] = [];
  private streamInfo: StreamInfo | undefined;
  private frames = 0;
  private freed = false;

  private constructor(
    private readonly flac: Flac,
    private readonly file: NewFile,
    shape: StemShape,
    bits: 16 | 24,
  ) {
    this.quantiser = new Quantiser(bits);
    const { sampleRate, channelCount } = shape;
    this.encoder = flac.create_libflac_encoder(
      sampleRate,
      channelCount,
      bits,
      compressionLevel,
      0,
      false,
    );
    const status =
      this.encoder === 0
        ? -1
        : flac.init_encoder_stream(
            this.encoder,
            (bytes) => {
              this.encoded.push(bytes);
            },
            (info) => {
              if (info !== undefined) this.streamInfo = info;
            },
          );
    if (status !== 0) {
      throw new DivisiError(
        "unsupported",
        `${file.path}: FLAC can't hold ${channelCount} channels at ${sampleRate} Hz ` +
          `(encoder status ${status})`,
      );
    }
  }

  static async create(path: string, shape: StemShape): Promise<FlacWriter> {
    if (shape.bits === 32) throw new DivisiError("bad-option", "FLAC has no 32-bit float samples");
    const flac = await loadLibrary();
    const file = await NewFile.create(path);
    try {
      return new FlacWriter(flac, file, shape, shape.bits);
    } catch (error) {
      await file.discard();
      throw error;
    }
  }

  get path(): string {
    return this.file.path;
  }

  get clippedSamples(): number {
    return this.quantiser.clippedSamples;
  }

  async write(channels: readonly Float32Array[]): Promise<void> {
    const frames = channels[0]?.length ?? 0;
    for (let from = 0; from < frames; from += sliceFrames) {
      const to = Math.min(frames, from + sliceFrames);
      const samples = new Int32Array((to - from) * channels.length);
      this.quantiser.quantise(channels, from, to, samples);
      const taken = this.flac.FLAC__stream_encoder_process_interleaved(
        this.encoder,
        samples,
        to - from,
      );
      if (!taken) this.fail();
      await this.flush();
    }
    this.frames += frames;
  }

  async finish(): Promise<void> {
    if (!this.flac.FLAC__stream_encoder_finish(this.encoder)) this.fail();
    await this.flush();
    await this.patchStreamInfo();
    await this.file.complete();
    this.free();
  }

  publish(): Promise<void> {
    return this.file.publish();
  }

  async discard(): Promise<void> {
    this.free();
    await this.file.discard();
  }

  private async flush(): Promise<void> {
    const encoded = this.encoded;
    this.encoded = [];
    for (const bytes of encoded) await this.file.append(bytes);
  }

  /** An encoder that cannot seek leaves these fields of STREAMINFO empty (RFC 9639, 8.2). */
  private async patchStreamInfo(): Promise<void> {
    const info = this.streamInfo;
    if (info === undefined) return this.fail();
    const sizes = new Uint8Array(6);
    const view = new DataView(sizes.buffer);
    view.setUint16(0, info.min_framesize >> 8);
    view.setUint8(2, info.min_framesize & 0xff);
    view.setUint16(3, info.max_framesize >> 8);
    view.setUint8(5, info.max_framesize & 0xff);
    await this.file.patch(streamInfoStart + 4, sizes);
    const rest = new Uint8Array(20);
    // The low 32 of the 36 bits of the length; the 4 above share a byte with the sample size, and
    // 2^32 frames are a day of audio at 48 kHz: past that "unknown" (0) is the right value.
    new DataView(rest.buffer).setUint32(0, this.frames < 2 ** 32 ? this.frames : 0);
    rest.set(Buffer.from(info.md5sum, "hex"), 4);
    await this.file.patch(streamInfoStart + 14, rest);
  }

  private free(): void {
    if (this.freed) return;
    this.freed = true;
    this.flac.FLAC__stream_encoder_delete(this.encoder);
  }

  private fail(): never {
    const state = this.flac.FLAC__stream_encoder_get_state(this.encoder);
    throw new DivisiError(
      "internal",
      `${this.file.path}: the FLAC encoder failed (state ${state})`,
    );
  }
}
