/**
 * Reads WAV as a stream: RIFF, RF64 and BW64, plain and extensible formats, integers of 8 to 32 bits
 * and floats of 32 and 64. Sizes in the header are hints: what the file really holds counts, since
 * recorders that were cut off or that wrote to a pipe leave 0, 0xFFFFFFFF or too large a size there.
 */

import { DivisiError } from "divisi";
import { blockFrames, type DecodedAudio } from "./audio_file.js";
import type { ByteReader } from "./byte_reader.js";

interface WaveFormat {
  readonly tag: number;
  readonly channelCount: number;
  readonly sampleRate: number;
  readonly bytesPerSample: number;
}

const pcm = 1;
const float = 3;
const extensible = 0xfffe;
const unknownSize = 0xffffffff;
/** A fmt chunk has 16 to 40 bytes; more than this is nonsense and isn't read. */
const maxFormatBytes = 4096;

const tagNames: Readonly<Record<number, string>> = {
  2: "Microsoft ADPCM",
  6: "A-law",
  7: "mu-law",
  17: "IMA ADPCM",
  49: "GSM 6.10",
  80: "MPEG",
  85: "MP3",
  255: "AAC",
  352: "Windows Media",
};

export async function readWav(reader: ByteReader, warnings: string[]): Promise<DecodedAudio> {
  await reader.skip(12); // "RIFF", its size, "WAVE": checked by the caller
  let format: WaveFormat | undefined;
  let size64: number | undefined;
  for (;;) {
    const head = await reader.read(8);
    if (head.length < 8) {
      const missing = format === undefined ? '"fmt "' : '"data"';
      throw new DivisiError("bad-audio", `${reader.path}: a WAV file without a ${missing} chunk`);
    }
    const view = new DataView(head.buffer, head.byteOffset, 8);
    const id = String.fromCharCode(...head.subarray(0, 4));
    const size = view.getUint32(4, true);
    if (id === "data") {
      if (format === undefined) {
        throw new DivisiError(
          "bad-audio",
          `${reader.path}: "data" comes before "fmt " in this WAV`,
        );
      }
      return openData(reader, format, await dataLength(reader, size, size64, warnings), warnings);
    }
    const taken = id === "fmt " || id === "ds64" ? Math.min(size, maxFormatBytes) : 0;
    const body = taken === 0 ? undefined : await reader.read(taken);
    if (body !== undefined) {
      if (id === "fmt ") format = parseFormat(body, reader.path);
      else size64 = parseSize64(body);
    }
    // Chunks start at even offsets, whatever the length of the one before.
    await reader.skip(size - taken + (size % 2));
  }
}

function parseFormat(body: Uint8Array, path: string): WaveFormat {
  const fail = (what: string) => {
    throw new DivisiError("bad-audio", `${path}: ${what}`);
  };
  if (body.length < 16) fail(`the WAV's "fmt " chunk has ${body.length} bytes, at least 16 needed`);
  const view = new DataView(body.buffer, body.byteOffset, body.length);
  let tag = view.getUint16(0, true);
  const channelCount = view.getUint16(2, true);
  const sampleRate = view.getUint32(4, true);
  const blockBytes = view.getUint16(12, true);
  const bits = view.getUint16(14, true);
  if (tag === extensible) {
    if (body.length < 40) fail(`an extensible "fmt " chunk has ${body.length} bytes, not 40`);
    tag = view.getUint16(24, true); // the first two bytes of the sub-format's GUID
  }
  if (tag !== pcm && tag !== float) {
    const name = tagNames[tag] ?? "an unknown encoding";
    throw new DivisiError(
      "unsupported",
      `${path}: WAV with ${name} (format ${tag}) inside; only PCM and float are read`,
    );
  }
  if (channelCount === 0) fail("the WAV declares 0 channels");
  const bytesPerSample = blockBytes / channelCount;
  const allowed = tag === pcm ? [1, 2, 3, 4] : [4, 8];
  if (!allowed.includes(bytesPerSample) || bits > bytesPerSample * 8 || bits === 0) {
    const kind = tag === pcm ? "integers" : "floats";
    fail(
      `the WAV declares ${bits}-bit ${kind} in ${blockBytes} bytes a frame of ${channelCount} ` +
        `channels; ${allowed.map((n) => n * 8).join(", ")} bits a sample are read`,
    );
  }
  return { tag, channelCount, sampleRate, bytesPerSample };
}

/** The 64-bit size of the data in an RF64 or BW64 file's "ds64" chunk. */
function parseSize64(body: Uint8Array): number | undefined {
  if (body.length < 16) return undefined;
  return Number(new DataView(body.buffer, body.byteOffset, body.length).getBigUint64(8, true));
}

/** How many bytes of samples to expect; undefined: until the end of the file. */
async function dataLength(
  reader: ByteReader,
  size: number,
  size64: number | undefined,
  warnings: string[],
): Promise<number | undefined> {
  const declared = size === unknownSize && size64 !== undefined ? size64 : size;
  const there = reader.remaining;
  if (declared === unknownSize) {
    warnings.push("the WAV header does not say how long it is; reading to the end of the file");
    return there;
  }
  if (declared === 0 && there !== 0 && !(await startsWithChunk(reader))) {
    warnings.push("the WAV header says 0 bytes of audio; reading to the end of the file");
    return there;
  }
  if (there !== undefined && declared > there) {
    warnings.push(`the WAV header says ${declared} bytes of audio, but only ${there} are there`);
    return there;
  }
  return declared;
}

/** Whether a chunk that fits in the file comes next: then a data size of 0 means no audio. */
async function startsWithChunk(reader: ByteReader): Promise<boolean> {
  const head = await reader.peek(8);
  if (head.length < 8 || !head.subarray(0, 4).every((c) => c >= 0x20 && c < 0x7f)) return false;
  const size = new DataView(head.buffer, head.byteOffset, 8).getUint32(4, true);
  return size + 8 <= (reader.remaining ?? Number.POSITIVE_INFINITY);
}

function openData(
  reader: ByteReader,
  format: WaveFormat,
  bytes: number | undefined,
  warnings: string[],
): DecodedAudio {
  const frameBytes = format.bytesPerSample * format.channelCount;
  async function* blocks(): AsyncGenerator<readonly Float32Array[]> {
    let left = bytes ?? Number.POSITIVE_INFINITY;
    while (left > 0) {
      const wanted = Math.min(left, blockFrames * frameBytes);
      const data = await reader.read(wanted);
      left -= data.length;
      const frames = Math.floor(data.length / frameBytes);
      if (frames > 0) yield decodeFrames(data, frames, format);
      if (data.length % frameBytes !== 0) {
        warnings.push(`the last ${data.length % frameBytes} bytes are not a whole frame; left out`);
        return;
      }
      if (data.length < wanted) return;
    }
  }
  return {
    format: "wav",
    sampleRate: format.sampleRate,
    channelCount: format.channelCount,
    ...(bytes === undefined ? {} : { frameCount: Math.floor(bytes / frameBytes) }),
    blocks: blocks(),
  };
}

function decodeFrames(data: Uint8Array, frames: number, format: WaveFormat): Float32Array[] {
  const view = new DataView(data.buffer, data.byteOffset, data.length);
  const { channelCount, bytesPerSample } = format;
  const sample = sampleReader(view, format);
  return Array.from({ length: channelCount }, (_, channel) => {
    const out = new Float32Array(frames);
    const step = channelCount * bytesPerSample;
    for (let frame = 0, at = channel * bytesPerSample; frame < frames; frame++, at += step) {
      out[frame] = sample(at);
    }
    return out;
  });
}

/** Integers are left-justified in their bytes, so the container's full scale is the signal's. */
function sampleReader(view: DataView, format: WaveFormat): (at: number) => number {
  if (format.tag === float) {
    if (format.bytesPerSample === 4) return (at) => view.getFloat32(at, true);
    return (at) => view.getFloat64(at, true);
  }
  switch (format.bytesPerSample) {
    case 1:
      return (at) => (view.getUint8(at) - 128) / 128; // 8-bit WAV is unsigned
    case 2:
      return (at) => view.getInt16(at, true) / 32768;
    case 3:
      return (at) => (view.getUint16(at, true) + view.getInt8(at + 2) * 65536) / 8388608;
    default:
      return (at) => view.getInt32(at, true) / 2147483648;
  }
}
