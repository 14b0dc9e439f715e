/**
 * libFLAC's stream decoder as a Wasm module (wasm/flac/): the whole format, every bit depth of 4 to
 * 32, and its own ways through damage, which put silence in the place of lost frames.
 */

import { DivisiError } from "../../base/errors.js";
import type { DecodedBlock } from "../audio_file.js";
import { compileFlac } from "./compile_flac.js";

interface FlacExports {
  readonly memory: WebAssembly.Memory;
  open(): number;
  outputAddress(): number;
  bytesWanted(): number;
  append(count: number): number;
  decode(): number;
}

/** What WASI calls ENOSYS. */
const noSuchFunction = 52;

/** libFLAC's FLAC__StreamDecoderErrorStatus in words. */
const errors = [
  "no frame where one should be",
  "a broken frame header",
  "a wrong checksum",
  "reserved fields in use",
  "broken metadata",
  "samples out of bounds",
  "a frame is missing",
];

/** Decodes one stream: bytes go in at the caller's pace, blocks of samples come out. */
export class FlacDecoder {
  #blocks: DecodedBlock[] = [];
  #errors: string[] = [];
  #flac!: FlacExports;

  private constructor() {}

  /** @param wasmBase the folder of the decoder's Wasm, where it isn't beside the package's code */
  static async create(wasmBase?: string | URL): Promise<FlacDecoder> {
    const decoder = new FlacDecoder();
    const divisi = {
      onBlock: (frames: number, channelCount: number, sampleRate: number) => {
        decoder.#blocks.push({ sampleRate, channels: decoder.#copyOut(frames, channelCount) });
      },
      onError: (status: number) => {
        decoder.#errors.push(errors[status] ?? `libFLAC's error ${status}`);
      },
    };
    // Functions of libFLAC that open files are linked in, but nothing calls them.
    const unused = new Proxy({}, { get: () => () => noSuchFunction });
    const instance = await WebAssembly.instantiate(await compileFlac(wasmBase), {
      divisi,
      env: unused,
      wasi_snapshot_preview1: unused,
    });
    decoder.#flac = instance.exports as unknown as FlacExports;
    if (!decoder.#flac.open()) throw new DivisiError("out-of-memory", "no memory for libFLAC");
    return decoder;
  }

  /** Bytes to append before the next decode(); 0 while a whole frame is there for certain. */
  get bytesWanted(): number {
    return this.#flac.bytesWanted();
  }

  append(bytes: Uint8Array): void {
    const address = this.#flac.append(bytes.length);
    new Uint8Array(this.#flac.memory.buffer, address, bytes.length).set(bytes);
  }

  /** Goes on to the next frame. @return whether there was one; if not, all bytes are used up. */
  decode(): boolean {
    const result = this.#flac.decode();
    if (result < 0) throw new DivisiError("out-of-memory", "no memory to decode FLAC");
    return result > 0;
  }

  /** What has been decoded since the last call. */
  takeBlocks(): DecodedBlock[] {
    const blocks = this.#blocks;
    this.#blocks = [];
    return blocks;
  }

  /** What libFLAC met that is no intact frame, since the last call. */
  takeErrors(): { readonly message: string }[] {
    const messages = this.#errors.map((message) => ({ message }));
    this.#errors = [];
    return messages;
  }

  #copyOut(frames: number, channelCount: number): Float32Array[] {
    const address = this.#flac.outputAddress();
    const all = new Float32Array(this.#flac.memory.buffer, address, frames * channelCount);
    return Array.from({ length: channelCount }, (_, channel) =>
      all.slice(channel * frames, (channel + 1) * frames),
    );
  }
}
