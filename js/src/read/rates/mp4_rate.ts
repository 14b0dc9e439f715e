/** The sample rate of the first audio track of an MP4 (ISO 14496-12): AAC, ALAC, FLAC or Opus. */

import type { ByteReader } from "../byte_reader.js";

/** Top-level boxes looked at before "moov" is given up. */
const mostBoxes = 64;
/** A "moov" of hours of audio has this; tracks' descriptions come first in it. */
const moovBytes = 2 ** 20;
/** From a sample entry's start to its rate, and to the box that follows. */
const rateOffset = 32;
const entryBytes = 36;
/** From the inner "alac" box's start to the rate in its cookie. */
const alacRateOffset = 32;

export async function mp4Rate(reader: ByteReader): Promise<number | undefined> {
  for (let at = 0, boxes = 0; boxes < mostBoxes; boxes++) {
    const head = await reader.peekAt(at, 16);
    if (head.length < 16) return undefined;
    const view = new DataView(head.buffer, head.byteOffset, 16);
    const type = String.fromCharCode(...head.subarray(4, 8));
    // 1: the size takes 64 bits; 0: to the end of the file.
    const size = view.getUint32(0) === 1 ? Number(view.getBigUint64(8)) : view.getUint32(0);
    if (type === "moov") return describedRate(await reader.peekAt(at, Math.min(size, moovBytes)));
    if (size < 8) return undefined;
    at += size;
  }
  return undefined;
}

/** Looks for sample descriptions ("stsd") of audio. */
function describedRate(moov: Uint8Array): number | undefined {
  const view = new DataView(moov.buffer, moov.byteOffset, moov.length);
  const text = (at: number) => String.fromCharCode(...moov.subarray(at, at + 4));
  for (let at = moov.indexOf(0x73); at >= 0; at = moov.indexOf(0x73, at + 1)) {
    if (text(at) !== "stsd") continue;
    // Its version, flags and count come before the first entry.
    const entry = at + 12;
    if (entry + entryBytes + alacRateOffset + 4 > moov.length) return undefined;
    const codec = text(entry + 4);
    const stated = view.getUint16(entry + rateOffset);
    if (codec === "Opus") return 48000;
    if (codec === "alac" && text(entry + entryBytes + 4) === "alac") {
      return view.getUint32(entry + entryBytes + alacRateOffset);
    }
    // High-efficiency AAC states the rate of its core; the upper half of the spectrum is added to it.
    if (codec === "mp4a" && stated > 0) return stated <= 24000 ? 2 * stated : stated;
    if (codec === "fLaC" && stated > 0) return stated;
  }
  return undefined;
}
