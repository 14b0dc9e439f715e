/**
 * Splits an Ogg file (RFC 3533) into whole, verified pages and packets. The decoders get whole pages
 * only: half a page at the end of a cut-off file would come out as noise.
 */

import type { ByteReader } from "divisi/readers";

export interface OggPage {
  /** The page as it stands in the file. */
  readonly bytes: Uint8Array;
  readonly serial: number;
  /** Position of the last sample that ends on this page; -1 where no packet ends. */
  readonly granule: number;
  readonly first: boolean;
  readonly last: boolean;
  /** Whether the first packet goes on from the page before. */
  readonly continued: boolean;
  readonly segments: Uint8Array;
  readonly body: Uint8Array;
}

const headerBytes = 27;
/** 27 bytes of header, 255 of segment table, 255 segments of 255 bytes. */
const maxPageBytes = headerBytes + 255 + 255 * 255;

export interface OggState {
  /** Bytes that belong to no whole, correct page. */
  skippedBytes: number;
  /** The file ended within a page. */
  cutOff: boolean;
}

/** Yields every whole page whose checksum is right. */
export async function* oggPages(reader: ByteReader, state: OggState): AsyncGenerator<OggPage> {
  for (;;) {
    const ahead = await reader.peek(maxPageBytes);
    if (ahead.length === 0) return;
    const at = findCapture(ahead);
    if (at > 0) {
      state.skippedBytes += at;
      await reader.skip(at);
      continue;
    }
    const length = pageLength(ahead);
    if (length === undefined || length > ahead.length) {
      // Nothing more than `ahead` is left of the file when it is shorter than the largest page.
      state.cutOff = true;
      state.skippedBytes += ahead.length;
      return;
    }
    const page = parsePage(ahead.slice(0, length));
    if (page === undefined) {
      state.skippedBytes += 1;
      await reader.skip(1);
      continue;
    }
    await reader.skip(length);
    yield page;
  }
}

/** Index of the next "OggS", or how much can be thrown away for certain. */
function findCapture(bytes: Uint8Array): number {
  for (let at = bytes.indexOf(0x4f); at >= 0; at = bytes.indexOf(0x4f, at + 1)) {
    const rest = bytes.subarray(at, at + 4);
    if ([0x4f, 0x67, 0x67, 0x53].every((c, i) => rest[i] === undefined || rest[i] === c)) return at;
  }
  return bytes.length;
}

function pageLength(bytes: Uint8Array): number | undefined {
  const count = bytes[26];
  if (count === undefined || bytes.length < headerBytes + count) return undefined;
  let length = headerBytes + count;
  for (let i = 0; i < count; i++) length += bytes[headerBytes + i] ?? 0;
  return length;
}

function parsePage(bytes: Uint8Array): OggPage | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const checksum = view.getUint32(22, true);
  view.setUint32(22, 0, true);
  const correct = crc32(bytes) === checksum;
  view.setUint32(22, checksum, true);
  if (!correct || bytes[4] !== 0) return undefined;
  const flags = bytes[5] ?? 0;
  const count = bytes[26] ?? 0;
  return {
    bytes,
    serial: view.getUint32(14, true),
    granule: Number(view.getBigInt64(6, true)),
    continued: (flags & 1) !== 0,
    first: (flags & 2) !== 0,
    last: (flags & 4) !== 0,
    segments: bytes.subarray(headerBytes, headerBytes + count),
    body: bytes.subarray(headerBytes + count),
  };
}

const crcTable = Uint32Array.from({ length: 256 }, (_, i) => {
  let value = i << 24;
  for (let bit = 0; bit < 8; bit++) value = (value << 1) ^ (value < 0 ? 0x04c11db7 : 0);
  return value >>> 0;
});

/** Ogg's checksum: CRC-32 with the polynomial 04c11db7, not reflected, starting from 0. */
export function crc32(bytes: Uint8Array): number {
  let crc = 0;
  for (const byte of bytes) crc = (crc << 8) ^ (crcTable[((crc >>> 24) ^ byte) & 0xff] ?? 0);
  return crc >>> 0;
}

/** Puts the packets of one stream together from its pages. */
export class PacketAssembler {
  #partial: Uint8Array[] = [];

  /** The packets that end on this page. */
  add(page: OggPage): Uint8Array[] {
    // A packet whose beginning was on a lost page, or whose end is missing, is left out.
    let skipping = page.continued && this.#partial.length === 0;
    if (!page.continued) this.#partial = [];
    const packets: Uint8Array[] = [];
    let at = 0;
    let start = 0;
    for (const size of page.segments) {
      at += size;
      if (size === 255) continue;
      if (!skipping) packets.push(join([...this.#partial, page.body.subarray(start, at)]));
      skipping = false;
      this.#partial = [];
      start = at;
    }
    if (start < at && !skipping) this.#partial.push(page.body.slice(start, at));
    return packets;
  }
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}
