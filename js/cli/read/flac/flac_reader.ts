/** Reads FLAC, bare or in Ogg, through libFLAC. */

import { DivisiError } from "divisi";
import { type DecodedAudio, type DecodedBlock, readBytes } from "../audio_file.js";
import type { ByteReader } from "../byte_reader.js";
import type { ReadReport } from "../read_report.js";
import { FlacDecoder } from "./flac_decoder.js";

export interface StreamInfo {
  readonly sampleRate: number;
  readonly channelCount: number;
  /** undefined where the encoder didn't know it. */
  readonly frameCount: number | undefined;
  /** The block's 34 bytes. */
  readonly bytes: Uint8Array;
}

export const streamInfoBytes = 34;
const streamInfoType = 0;

/** @param bytes of FLAC's STREAMINFO block (RFC 9639, 8.2). */
export function parseStreamInfo(bytes: Uint8Array): StreamInfo {
  const view = new DataView(bytes.buffer, bytes.byteOffset, streamInfoBytes);
  const packed = view.getBigUint64(10);
  const frameCount = Number(packed & 0xfffffffffn);
  return {
    sampleRate: Number(packed >> 44n),
    channelCount: Number((packed >> 41n) & 7n) + 1,
    frameCount: frameCount === 0 ? undefined : frameCount,
    bytes: bytes.slice(0, streamInfoBytes),
  };
}

/** @param reader at "fLaC" */
export async function readFlac(reader: ByteReader, report: ReadReport): Promise<DecodedAudio> {
  const info = await readMetadata(reader);
  if (info === undefined) {
    throw new DivisiError("bad-audio", `${reader.path}: a FLAC file without its STREAMINFO block`);
  }
  async function* pieces(): AsyncGenerator<Uint8Array> {
    for (;;) {
      const piece = await reader.read(readBytes);
      if (piece.length === 0) return;
      yield piece;
    }
  }
  return {
    format: "flac",
    sampleRate: info.sampleRate,
    channelCount: info.channelCount,
    ...(info.frameCount === undefined ? {} : { frameCount: info.frameCount }),
    blocks: decodeFlac(info, pieces(), report),
  };
}

/** Passes over all metadata, pictures unread, to the first frame. */
async function readMetadata(reader: ByteReader): Promise<StreamInfo | undefined> {
  await reader.skip(4); // "fLaC"
  let info: StreamInfo | undefined;
  for (let last = false; !last; ) {
    const head = await reader.peek(4);
    const [type = 0, a = 0, b = 0, c = 0] = head;
    // Blocks have types of up to 126: 127 would look like a frame's sync code, and may be one where
    // no block says that it is the last.
    if (head.length < 4 || (type & 0x7f) === 0x7f) break;
    await reader.skip(4);
    last = (type & 0x80) !== 0;
    const length = a * 65536 + b * 256 + c;
    if ((type & 0x7f) === streamInfoType && info === undefined && length >= streamInfoBytes) {
      const body = await reader.read(length);
      if (body.length < streamInfoBytes) break;
      info = parseStreamInfo(body);
    } else {
      await reader.skip(length);
    }
  }
  return info;
}

/** @param pieces the stream's frames, in pieces of any size. */
export async function* decodeFlac(
  info: StreamInfo,
  pieces: AsyncIterable<Uint8Array>,
  report: ReadReport,
): AsyncGenerator<DecodedBlock> {
  const decoder = await FlacDecoder.create();
  // libFLAC gets the one block of metadata that says how to decode, as the last.
  decoder.append(Uint8Array.of(0x66, 0x4c, 0x61, 0x43, 0x80, 0, 0, streamInfoBytes));
  decoder.append(info.bytes);
  const source = pieces[Symbol.asyncIterator]();
  let ended = false;
  let frames = 0;
  let passed: { readonly message: string }[] = [];
  for (;;) {
    // Half of it is still enough for a whole frame, and leaves room for one more piece of any size.
    const enough = decoder.bytesWanted / 2;
    for (let appended = 0; appended < enough && !ended; ) {
      const { done, value } = await source.next();
      if (done) ended = true;
      else decoder.append(value);
      appended += value?.length ?? 0;
    }
    const more = decoder.decode();
    passed = [...passed, ...decoder.takeErrors()];
    for (const block of decoder.takeBlocks()) {
      // What follows the last frame is no damage: tags, or whatever else was put behind the file.
      report.damage(passed);
      passed = [];
      frames += block.channels[0]?.length ?? 0;
      yield block;
    }
    if (!more && ended) break;
  }
  if (info.frameCount !== undefined && frames < info.frameCount) {
    report.warn(
      `${frames} of ${info.frameCount} frames could be decoded: the file is cut off or damaged`,
    );
  }
}
