/** miniaudio's MPEG audio decoder as a Wasm module (wasm/mp3/): a frame in, its samples out. */

import { compileMp3 } from "./compile_mp3.js";

interface Mp3Exports {
  readonly memory: WebAssembly.Memory;
  inputAddress(): number;
  outputAddress(): number;
  channelCount(): number;
  decode(byteCount: number): number;
}

/** Bytes that a frame and those behind it may have. */
export const largestInput = 16384;

export class Mp3Decoder {
  readonly #mp3: Mp3Exports;

  private constructor(module: WebAssembly.Module) {
    this.#mp3 = new WebAssembly.Instance(module, {}).exports as unknown as Mp3Exports;
  }

  static async create(): Promise<Mp3Decoder> {
    return new Mp3Decoder(await compileMp3());
  }

  /**
   * @param bytes a whole frame; the first one in free format needs the next ones behind it.
   * @return the frame's channels; none where it leans on frames that are missing
   */
  decode(bytes: Uint8Array): Float32Array[] {
    const { memory, decode, inputAddress, outputAddress, channelCount } = this.#mp3;
    new Uint8Array(memory.buffer, inputAddress(), bytes.length).set(bytes);
    const frames = decode(bytes.length);
    if (frames === 0) return [];
    const count = channelCount();
    const samples = new Float32Array(memory.buffer, outputAddress(), frames * count);
    return Array.from({ length: count }, (_, channel) => {
      const plane = new Float32Array(frames);
      for (let i = 0, at = channel; i < frames; i++, at += count) plane[i] = samples[at] ?? 0;
      return plane;
    });
  }
}
