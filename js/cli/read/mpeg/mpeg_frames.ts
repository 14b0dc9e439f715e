/** Cuts MPEG audio into its frames, over tags, junk and damage. */

import {
  type ByteReader,
  findFrames,
  frameRun,
  freeFormatLength,
  type MpegHeader,
  parseMpegHeader,
} from "divisi/readers";

export interface MpegFrame {
  readonly header: MpegHeader;
  readonly bytes: Uint8Array;
}

/** What was met that is no frame. */
export interface FrameFaults {
  /** Places where frames were lost. */
  damaged: number;
  /** The file ends within a frame. */
  cutOff: boolean;
}

const aheadBytes = 16384;
/** What may stand between frames without being damage: the tags of files that were joined. */
const tagNames = ["ID3", "TAG", "APETAGEX", "LYRICSBEGIN", "3DI"];

export async function* mpegFrames(
  reader: ByteReader,
  faults: FrameFaults,
): AsyncGenerator<MpegFrame> {
  let kind: number | undefined;
  let freeLength: number | undefined;
  for (;;) {
    const ahead = await reader.peek(aheadBytes);
    if (ahead.length === 0) return;
    const header = parseMpegHeader(ahead, 0);
    // Within a stream a header of its own kind will do; another kind must prove itself.
    const known = header?.kind === kind && kind !== undefined;
    if (header === undefined || !(known || startsRun(ahead))) {
      if (!(await passJunk(reader, faults))) return;
      kind = undefined;
      continue;
    }
    if (!known) {
      kind = header.kind;
      freeLength = undefined;
    }
    if (header.length === undefined) freeLength ??= freeFormatLength(ahead, 0);
    const length = header.length ?? (freeLength ?? ahead.length - header.padding) + header.padding;
    if (length > ahead.length) {
      faults.cutOff = true;
      return;
    }
    yield { header, bytes: await reader.read(length) };
  }
}

function startsRun(bytes: Uint8Array): boolean {
  const { frames, toTheEnd } = frameRun(bytes, 0, 3);
  return frames >= 3 || (frames > 0 && toTheEnd) || endsInTag(bytes);
}

function endsInTag(bytes: Uint8Array): boolean {
  const { frames, end } = frameRun(bytes, 0, 3);
  return frames > 0 && isTag(bytes.subarray(end));
}

function isTag(bytes: Uint8Array): boolean {
  return tagNames.some((name) => [...name].every((letter, i) => bytes[i] === letter.charCodeAt(0)));
}

/** Moves on to where frames begin again. @return false where they don't */
async function passJunk(reader: ByteReader, faults: FrameFaults): Promise<boolean> {
  const start = await reader.peek(16);
  const harmless = isTag(start) || start.every((byte) => byte === 0);
  for (let skip = 1; ; ) {
    const ahead = await reader.peek(aheadBytes);
    const found = findFrames(ahead, skip);
    if (found !== undefined) {
      await reader.skip(found);
      // Behind the last frame anything may stand, but before another one it is damage.
      if (!harmless) faults.damaged += 1;
      return true;
    }
    // Frames that begin near the end can't be told yet.
    const known = ahead.length < aheadBytes ? ahead.length : aheadBytes / 2;
    await reader.skip(known);
    if (ahead.length < aheadBytes) return false;
    skip = 0;
  }
}
