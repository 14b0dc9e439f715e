/** Reads FLAC, bare or in Ogg, through @wasm-audio-decoders/flac (libFLAC compiled to Wasm). */

import { FLACDecoder } from "@wasm-audio-decoders/flac";
import { DivisiError } from "divisi";
import { type DecodedAudio, readBytes } from "./audio_file.js";
import type { ByteReader } from "./byte_reader.js";
import { decodeBlocks } from "./decode.js";

export interface StreamInfo {
  readonly sampleRate: number;
  readonly channelCount: number;
  /** undefined where the encoder didn't know it. */
  readonly frameCount: number | undefined;
}

/** @param body the 34 bytes of FLAC's STREAMINFO block (RFC 9639, 8.2). */
export function parseStreamInfo(body: Uint8Array): StreamInfo {
  const view = new DataView(body.buffer, body.byteOffset, body.length);
  const packed = view.getBigUint64(10);
  const frameCount = Number(packed & 0xfffffffffn);
  return {
    sampleRate: Number(packed >> 44n),
    channelCount: Number((packed >> 41n) & 7n) + 1,
    frameCount: frameCount === 0 ? undefined : frameCount,
  };
}

export async function readFlac(reader: ByteReader, warnings: string[]): Promise<DecodedAudio> {
  const head = await reader.peek(42);
  if (head.length < 42 || ((head[4] ?? 0) & 0x7f) !== 0) {
    throw new DivisiError("bad-audio", `${reader.path}: a FLAC file without its STREAMINFO block`);
  }
  async function* pieces(): AsyncGenerator<Uint8Array> {
    for (;;) {
      const piece = await reader.read(readBytes);
      if (piece.length === 0) return;
      yield piece;
    }
  }
  return decodeFlac(parseStreamInfo(head.subarray(8)), pieces(), warnings);
}

/** @param pieces the FLAC stream in pieces of any size, or whole Ogg pages. */
export async function decodeFlac(
  info: StreamInfo,
  pieces: AsyncIterable<Uint8Array>,
  warnings: string[],
): Promise<DecodedAudio> {
  const decoder = new FLACDecoder();
  await decoder.ready;
  async function* blocks(): AsyncGenerator<readonly Float32Array[]> {
    let frames = 0;
    for await (const block of decodeBlocks(decoder, pieces, info, warnings)) {
      frames += block[0]?.length ?? 0;
      yield block;
    }
    if (info.frameCount !== undefined && frames !== info.frameCount) {
      warnings.push(
        `${frames} of ${info.frameCount} frames could be decoded: the file is cut off or damaged`,
      );
    }
  }
  return {
    format: "flac",
    sampleRate: info.sampleRate,
    channelCount: info.channelCount,
    ...(info.frameCount === undefined ? {} : { frameCount: info.frameCount }),
    blocks: blocks(),
    free: () => decoder.free(),
  };
}
