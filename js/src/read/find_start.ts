/** Finds where a file's audio begins and what it is: by its content, never by its name. */

import { type ByteReader, checkReader } from "./byte_reader.js";
import { findFrames, frameRun, parseMpegHeader } from "./mpeg/mpeg_header.js";

/** How audio is wrapped up in a file. */
export type Container = "wav" | "aiff" | "flac" | "mp3" | "ogg";

/** What `findStart` found. */
export interface Start {
  /** Undefined where nothing was recognised, or something that is not decoded here. */
  readonly container?: Container;
  /** What an unsupported file is, where that is known. */
  readonly known?: string;
}

/** How far is looked beyond tags and for audio among junk. */
const searchBytes = 2 ** 20 + 65536;
/** What is looked at to recognise a format: the longest MPEG frame, twice. */
const headBytes = 8192;

/** Leaves the reader where the audio begins, if there is some. */
export async function findStart(reader: ByteReader): Promise<Start> {
  checkReader(reader);
  const tagsEnd = await passTags(reader);
  const head = await reader.peekAt(tagsEnd, headBytes);
  const container = containerAt(head, 0) ?? (startsWithFrames(head) ? "mp3" : undefined);
  if (container !== undefined) {
    await reader.skip(tagsEnd);
    return { container };
  }
  const known = knownFormat(head);
  if (known !== undefined) return { known };
  // Where tags say too large or too small a size, the audio may begin within what they claim.
  for (const from of tagsEnd === 0 ? [0] : [0, tagsEnd]) {
    const found = search(await reader.peekAt(from, searchBytes));
    if (found === undefined) continue;
    await reader.skip(from + found.offset);
    return { container: found.container };
  }
  return {};
}

/** @return bytes from here to what follows all tags */
async function passTags(reader: ByteReader): Promise<number> {
  for (let at = 0; ; ) {
    const length = tagLength(await reader.peekAt(at, 32));
    if (length === 0) return at;
    at += length;
  }
}

function text(bytes: Uint8Array, from: number, length: number): string {
  return String.fromCharCode(...bytes.subarray(from, from + length));
}

/** Length of the ID3v2, APEv2 or ID3v1 tag that starts here; 0 where there is none. */
export function tagLength(head: Uint8Array): number {
  if (text(head, 0, 3) === "TAG" && head.length >= 32) return 128;
  if (text(head, 0, 8) === "APETAGEX" && head.length >= 32) {
    const view = new DataView(head.buffer, head.byteOffset, 32);
    const isHeader = (view.getUint32(20, true) & 0x20000000) !== 0;
    // The size counts the items and the footer; a footer alone stands behind its tag.
    return 32 + (isHeader ? view.getUint32(12, true) : 0);
  }
  if (text(head, 0, 3) !== "ID3" || head.length < 10) return 0;
  const [a, b, c, d] = [head[6] ?? 0, head[7] ?? 0, head[8] ?? 0, head[9] ?? 0];
  const footer = ((head[5] ?? 0) & 0x10) === 0 ? 0 : 10;
  // The four bytes have 7 bits each; writers that didn't know it used 8.
  const plain = ((a | b | c | d) & 0x80) !== 0;
  const size = plain
    ? a * 2 ** 24 + ((b << 16) | (c << 8) | d)
    : (a << 21) | (b << 14) | (c << 7) | d;
  return 10 + size + footer;
}

/** The container whose signature stands at this place. */
function containerAt(bytes: Uint8Array, at: number): Container | undefined {
  switch (text(bytes, at, 4)) {
    case "RIFF":
    case "RF64":
    case "BW64":
      return text(bytes, at + 8, 4) === "WAVE" ? "wav" : undefined;
    case "FORM":
      return /^AIF[FC]$/.test(text(bytes, at + 8, 4)) ? "aiff" : undefined;
    case "fLaC":
      return "flac";
    case "OggS":
      return "ogg";
    default:
      return undefined;
  }
}

/** Whether MPEG frames begin right here: by themselves, or with nothing but a tag behind them. */
function startsWithFrames(bytes: Uint8Array): boolean {
  const { frames, toTheEnd, end } = frameRun(bytes, 0, 3);
  return frames >= 3 || (frames > 0 && (toTheEnd || tagLength(bytes.subarray(end)) > 0));
}

/** First letters of the signatures: nothing else need be looked at. */
const signatureStarts = new Set([..."RBFfO"].map((letter) => letter.charCodeAt(0)));

function search(bytes: Uint8Array): { container: Container; offset: number } | undefined {
  const frames = findFrames(bytes, 0);
  const end = frames ?? bytes.length;
  for (let offset = 0; offset < end; offset++) {
    if (!signatureStarts.has(bytes[offset] ?? 0)) continue;
    const container = containerAt(bytes, offset);
    if (container !== undefined && isRealStart(bytes, offset, container)) {
      return { container, offset };
    }
  }
  return frames === undefined ? undefined : { container: "mp3", offset: frames };
}

/** Four letters stand anywhere by chance, in pictures and texts: a bit more has to be right. */
function isRealStart(bytes: Uint8Array, at: number, container: Container): boolean {
  // STREAMINFO, of 34 bytes; the first page of an Ogg stream, version 0.
  if (container === "flac") return ((bytes[at + 4] ?? 255) & 0x7f) === 0 && bytes[at + 7] === 34;
  if (container === "ogg") return bytes[at + 4] === 0 && ((bytes[at + 5] ?? 0) & 2) !== 0;
  return true;
}

const signatures: readonly (readonly [at: number, signature: string, name: string])[] = [
  [0, "RIFX", "a big-endian WAV (RIFX)"],
  [0, "riff", "a Sony Wave64"],
  [0, "FORM", "an IFF"],
  [0, "caff", "an Apple CAF"],
  [0, "MThd", "a MIDI"],
  [0, "MAC ", "a Monkey's Audio"],
  [0, "wvpk", "a WavPack"],
  [0, "TTA1", "a True Audio"],
  [0, "MPCK", "a Musepack"],
  [0, "MP+", "a Musepack"],
  [0, "DSD ", "a DSD"],
  [0, "FRM8", "a DSD"],
  [0, "#!AMR", "an AMR"],
  [0, ".snd", "a Sun AU"],
  [0, "FLV\x01", "a Flash video"],
  [0, "\x1a\x45\xdf\xa3", "a Matroska or WebM"],
  [0, "\x30\x26\xb2\x75", "a Windows Media"],
  [0, "\x0b\x77", "an AC-3"],
  [0, "\0\0\x01\xba", "an MPEG video"],
  [4, "ftyp", "an MP4 (AAC or ALAC)"],
  [4, "moov", "a QuickTime"],
  [4, "mdat", "a QuickTime"],
];

function knownFormat(head: Uint8Array): string | undefined {
  if (text(head, 0, 4) === "RIFF") {
    return `a RIFF file of type "${text(head, 8, 4).trim()}", not WAVE,`;
  }
  const found = signatures.find(
    ([at, signature]) => text(head, at, signature.length) === signature,
  );
  if (found !== undefined) return found[2];
  // The layer of an ADTS header is 0, which is none of MPEG audio's.
  const isAdts = head[0] === 0xff && ((head[1] ?? 0) & 0xf6) === 0xf0;
  if (isAdts && parseMpegHeader(head, 0) === undefined) return "an ADTS AAC";
  const packets = [0, 188, 376].every((at) => head[at] === 0x47);
  return packets ? "an MPEG transport stream" : undefined;
}
