/**
 * A FLAC, encoded as a stream by libflacjs (libFLAC compiled to Wasm), which whoever uses this loads
 * as suits the place.
 */

import { DivisiError } from "../base/errors.js";
import { badOption } from "../base/options.js";
import { checkFrames, checkShape } from "./checks.js";
import { Quantiser } from "./quantiser.js";
import type { AudioShape } from "./types.js";

/** What libflacjs is once its Wasm is there. */
export type FlacLibrary = typeof import("libflacjs/dist/libflac.js");

/** Bytes with a buffer of their own, as Blobs take them. */
export type Bytes = Uint8Array<ArrayBuffer>;

/** Bytes that take the place of what was encoded there before. */
export interface Patch {
  /** Where in the file, in bytes from its start. */
  readonly position: number;
  /** What belongs there. */
  readonly bytes: Bytes;
}

/** The end of a file. */
export interface FlacEnd {
  /** What comes after what there was. */
  readonly encoded: Bytes[];
  /** What then is to be corrected at the file's start. */
  readonly patches: readonly Patch[];
}

/** libFLAC's default; higher levels take much longer for a few per cent. */
const compressionLevel = 5;
/** "fLaC" and the head of the first metadata block come before STREAMINFO's 34 bytes. */
const streamInfoStart = 8;

interface StreamInfo {
  min_framesize: number;
  max_framesize: number;
  md5sum: string;
}

/** Encodes one FLAC, block by block; samples are rounded to `bits`. */
export class FlacEncoder {
  readonly #flac: FlacLibrary;
  readonly #name: string;
  readonly #quantiser: Quantiser;
  readonly #encoder: number;
  readonly #channelCount: number;
  #encoded: Bytes[] = [];
  #streamInfo: StreamInfo | undefined;
  #frames = 0;
  #freed = false;

  /** Starts a file. @param name of the file, for error messages */
  constructor(flac: FlacLibrary, shape: AudioShape, name: string) {
    if (typeof flac?.create_libflac_encoder !== "function")
      throw badOption("flac", "libflacjs", flac);
    checkShape(shape);
    const { sampleRate, channelCount, bits } = shape;
    if (bits === 32) throw new DivisiError("bad-option", "FLAC has no 32-bit float samples");
    this.#flac = flac;
    this.#name = name;
    this.#channelCount = channelCount;
    this.#quantiser = new Quantiser(bits);
    this.#encoder = flac.create_libflac_encoder(
      sampleRate,
      channelCount,
      bits,
      compressionLevel,
      0,
      false,
    );
    const status =
      this.#encoder === 0
        ? -1
        : flac.init_encoder_stream(
            this.#encoder,
            (bytes) => {
              this.#encoded.push(bytes as Bytes);
            },
            (info) => {
              if (info !== undefined) this.#streamInfo = info;
            },
          );
    if (status !== 0) {
      if (this.#encoder !== 0) this.free();
      throw new DivisiError(
        "unsupported",
        `${name}: FLAC can't hold ${channelCount} channels at ${sampleRate} Hz ` +
          `(encoder status ${status})`,
      );
    }
  }

  /** Samples beyond ±1 that had to be cut off. */
  get clippedSamples(): number {
    return this.#quantiser.clippedSamples;
  }

  /** Takes the frames from `from` to before `to`. @return what there is of the file by now */
  encode(channels: readonly Float32Array[], from: number, to: number): Bytes[] {
    checkFrames(channels, this.#channelCount, from, to);
    const samples = new Int32Array((to - from) * channels.length);
    this.#quantiser.quantise(channels, from, to, samples);
    const taken = this.#flac.FLAC__stream_encoder_process_interleaved(
      this.#encoder,
      samples,
      to - from,
    );
    if (!taken) this.#fail();
    this.#frames += to - from;
    return this.#take();
  }

  /** @return the end of the file, and what then is to be corrected at its start */
  finish(): FlacEnd {
    if (!this.#flac.FLAC__stream_encoder_finish(this.#encoder)) this.#fail();
    return { encoded: this.#take(), patches: this.#streamInfoPatches() };
  }

  /** Gives the encoder's memory back. */
  free(): void {
    if (this.#freed) return;
    this.#freed = true;
    this.#flac.FLAC__stream_encoder_delete(this.#encoder);
  }

  #take(): Bytes[] {
    const encoded = this.#encoded;
    this.#encoded = [];
    return encoded;
  }

  /** An encoder that cannot seek leaves these fields of STREAMINFO empty (RFC 9639, 8.2). */
  #streamInfoPatches(): Patch[] {
    const info = this.#streamInfo;
    if (info === undefined) return this.#fail();
    const sizes = new Uint8Array(6);
    const view = new DataView(sizes.buffer);
    view.setUint16(0, info.min_framesize >> 8);
    view.setUint8(2, info.min_framesize & 0xff);
    view.setUint16(3, info.max_framesize >> 8);
    view.setUint8(5, info.max_framesize & 0xff);
    const rest = new Uint8Array(20);
    // The low 32 of the 36 bits of the length; the 4 above share a byte with the sample size, and
    // 2^32 frames are a day of audio at 48 kHz: past that "unknown" (0) is the right value.
    new DataView(rest.buffer).setUint32(0, this.#frames < 2 ** 32 ? this.#frames : 0);
    const hash = info.md5sum.match(/../g) ?? [];
    rest.set(
      hash.map((byte) => Number.parseInt(byte, 16)),
      4,
    );
    return [
      { position: streamInfoStart + 4, bytes: sizes },
      { position: streamInfoStart + 14, bytes: rest },
    ];
  }

  #fail(): never {
    const state = this.#flac.FLAC__stream_encoder_get_state(this.#encoder);
    throw new DivisiError("internal", `${this.#name}: the FLAC encoder failed (state ${state})`);
  }
}
