/** Reads FLAC, bare or in Ogg, through libFLAC. */

import { DivisiError } from "../../base/errors.js";
import { type DecodedAudio, type DecodedBlock, readBytes } from "../audio_file.js";
import type { ByteReader } from "../byte_reader.js";
import type { ReadReport } from "../read_report.js";
import { FlacDecoder } from "./flac_decoder.js";

/** What stands at the head of a FLAC stream. */
export interface StreamInfo {
  /** Samples per second. */
  readonly sampleRate: number;
  /** 1 to 8. */
  readonly channelCount: number;
  /** Length in frames; undefined where the encoder didn't know it. */
  readonly frameCount: number | undefined;
  /** The block's 34 bytes. */
  readonly bytes: Uint8Array;
}

/** Bytes of the STREAMINFO block. */
export const streamInfoBytes = 34;
const streamInfoType = 0;

/** Reads FLAC's STREAMINFO block (RFC 9639, 8.2). @param bytes at least its 34 */
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

/**
 * Reads FLAC, joined files too.
 *
 * @param reader at "fLaC"
 * @param wasmBase the folder of the decoder's Wasm, where it isn't beside the package's code
 */
export async function readFlac(
  reader: ByteReader,
  report: ReadReport,
  wasmBase?: string | URL,
): Promise<DecodedAudio> {
  const start = reader.position;
  const info = await readMetadata(reader);
  if (info === undefined) {
    throw new DivisiError("bad-audio", `${reader.name}: a FLAC file without its STREAMINFO block`);
  }
  const audio = reader.position;
  let parts = [info];
  if (reader.size !== undefined) {
    reader.rewind(start);
    parts = await findParts(reader);
    reader.rewind(audio);
  }
  const frames = parts.map(({ sampleRate, frameCount = 0 }) =>
    Math.round((frameCount * info.sampleRate) / sampleRate),
  );
  const frameCount = frames.includes(0) ? undefined : frames.reduce((sum, count) => sum + count);
  async function* blocks(first: StreamInfo): AsyncGenerator<DecodedBlock> {
    for (let part: StreamInfo | undefined = first; part !== undefined; ) {
      yield* decodeFlac(part, pieces(reader), report, wasmBase);
      part = await readMetadata(reader);
    }
  }
  return {
    format: "flac",
    sampleRate: info.sampleRate,
    channelCount: Math.max(...parts.map(({ channelCount }) => channelCount)),
    ...(frameCount === undefined ? {} : { frameCount }),
    blocks: blocks(info),
  };
}

/** The files that were joined to one, of which there is one mostly. */
async function findParts(reader: ByteReader): Promise<StreamInfo[]> {
  const parts: StreamInfo[] = [];
  for (;;) {
    const part = await readMetadata(reader);
    if (part === undefined) return parts;
    parts.push(part);
    for await (const _ of pieces(reader));
  }
}

/** The stream in pieces, up to where another file was joined to it. */
async function* pieces(reader: ByteReader): AsyncGenerator<Uint8Array> {
  for (;;) {
    const ahead = await reader.peek(readBytes + joint.length);
    const end = findJoint(ahead);
    const count = end < 0 ? Math.min(readBytes, ahead.length) : end;
    if (count === 0) return;
    yield await reader.read(count);
  }
}

/** "fLaC" and STREAMINFO's type and length; it may be the last block: then the type is 0x80. */
const joint = Uint8Array.of(0x66, 0x4c, 0x61, 0x43, 0, 0, 0, streamInfoBytes);

function findJoint(bytes: Uint8Array): number {
  const stands = (at: number) =>
    joint.every((byte, i) => byte === (i === 4 ? (bytes[at + i] ?? 0) & 0x7f : bytes[at + i]));
  for (let at = bytes.indexOf(0x66); at >= 0; at = bytes.indexOf(0x66, at + 1)) {
    if (stands(at)) return at;
  }
  return -1;
}

/** Passes over all metadata, pictures unread, to the first frame. */
async function readMetadata(reader: ByteReader): Promise<StreamInfo | undefined> {
  if ((await reader.read(4)).length < 4) return undefined; // "fLaC"
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

/** Decodes one stream. @param pieces its frames, in pieces of any size */
export async function* decodeFlac(
  info: StreamInfo,
  pieces: AsyncIterable<Uint8Array>,
  report: ReadReport,
  wasmBase?: string | URL,
): AsyncGenerator<DecodedBlock> {
  const decoder = await FlacDecoder.create(wasmBase);
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
