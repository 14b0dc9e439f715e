/**
 * Reads MP3 (MPEG audio layers I to III) through mpg123-decoder. Where a LAME tag tells the encoder's
 * delay and padding, mpg123 removes both, so that the length is that of the original recording.
 */

import { DivisiError } from "divisi";
import { MPEGDecoder } from "mpg123-decoder";
import { type DecodedAudio, readBytes } from "./audio_file.js";
import type { ByteReader } from "./byte_reader.js";
import { decodeBlocks, type WasmDecoder } from "./decode.js";
import { detectBytes, findMpegFrame, type MpegFrame, parseMpegFrame } from "./detect.js";

export async function readMp3(reader: ByteReader, warnings: string[]): Promise<DecodedAudio> {
  const head = await reader.peek(detectBytes);
  const first = findMpegFrame(head);
  if (first === undefined) {
    throw new DivisiError("bad-audio", `${reader.path}: no MPEG audio frame found`);
  }
  const frameCount = taggedFrameCount(head, first);
  const decoder = new MPEGDecoder();
  await decoder.ready;
  const walker = new FrameWalker();

  async function* pieces(): AsyncGenerator<Uint8Array> {
    await reader.skip(first?.offset ?? 0);
    for (;;) {
      const piece = await reader.read(readBytes);
      if (piece.length === 0) return;
      walker.add(piece);
      yield piece;
    }
  }

  async function* blocks(): AsyncGenerator<readonly Float32Array[]> {
    let frames = 0;
    const stereo = { sampleRate: first?.sampleRate ?? 0, channelCount: 2 };
    // The package's decode() is synchronous and always gives two channels; those of a mono file are
    // equal.
    for await (const block of decodeBlocks(decoder as WasmDecoder, pieces(), stereo, warnings)) {
      frames += block[0]?.length ?? 0;
      yield block.slice(0, first?.channelCount);
    }
    if (frameCount !== undefined && frames < frameCount) {
      warnings.push(
        `${frames} of ${frameCount} frames could be decoded: the file is cut off or damaged`,
      );
    } else if (walker.cutOff) {
      warnings.push("the last MP3 frame is not complete: the file is cut off");
    }
  }

  return {
    format: "mp3",
    sampleRate: first.sampleRate,
    channelCount: first.channelCount,
    ...(frameCount === undefined ? {} : { frameCount }),
    blocks: blocks(),
    free: () => decoder.free(),
  };
}

/** The length of the recording as a Xing or Info tag gives it, less a LAME tag's delay and padding. */
function taggedFrameCount(head: Uint8Array, first: MpegFrame): number | undefined {
  const at = first.offset + first.tagOffset;
  if (at + 12 > head.length) return undefined;
  const view = new DataView(head.buffer, head.byteOffset, head.length);
  const id = view.getUint32(at);
  const flags = view.getUint32(at + 4);
  const isXing = id === 0x58696e67 || id === 0x496e666f; // "Xing" or "Info"
  if (!isXing || (flags & 1) === 0) return undefined;
  const frames = view.getUint32(at + 8) * first.samplesPerFrame;
  // What the flags announce, 4 bytes of quality included, comes before the encoder's own part.
  const lame =
    at + 8 + 4 + ((flags & 2) === 0 ? 0 : 4) + ((flags & 4) === 0 ? 0 : 100) + (flags & 8 ? 4 : 0);
  if (lame + 24 > head.length || !/^(LAME|Lav[fc])/.test(latin1(head, lame, 4))) return frames;
  const delay = ((head[lame + 21] ?? 0) << 4) | ((head[lame + 22] ?? 0) >> 4);
  const padding = (((head[lame + 22] ?? 0) & 0xf) << 8) | (head[lame + 23] ?? 0);
  return Math.max(0, frames - delay - padding);
}

function latin1(bytes: Uint8Array, from: number, length: number): string {
  return String.fromCharCode(...bytes.subarray(from, from + length));
}

/**
 * Follows the frames' lengths alongside the decoder, which says nothing about a last frame that is
 * not complete.
 */
class FrameWalker {
  private carry = new Uint8Array(0);
  /** Bytes of the present frame that have not come yet. */
  private missing = 0;
  private lost = false;

  /** Whether the bytes ended within a frame. */
  get cutOff(): boolean {
    return !this.lost && this.missing > 0;
  }

  add(piece: Uint8Array): void {
    if (this.lost) return;
    const bytes = new Uint8Array(this.carry.length + piece.length);
    bytes.set(this.carry);
    bytes.set(piece, this.carry.length);
    let at = this.missing;
    while (at + 4 <= bytes.length) {
      const frame = parseMpegFrame(bytes, at);
      if (frame === undefined || frame.length < 4) {
        this.lost = true; // a tag at the end, or damage
        return;
      }
      at += frame.length;
    }
    this.missing = Math.max(0, at - bytes.length);
    this.carry = bytes.slice(Math.min(at, bytes.length));
  }
}
