/**
 * Reads WAV as a stream: RIFF, RF64 and BW64, plain and extensible formats, integers of 8 to 32 bits
 * and floats of 32 and 64. Sizes in the header are hints: what the file really holds counts, since
 * recorders that were cut off or that wrote to a pipe leave 0, 0xFFFFFFFF or too large a size there.
 */

import { DivisiError } from "../../base/errors.js";
import type { DecodedAudio, DecodedBlock } from "../audio_file.js";
import type { ByteReader } from "../byte_reader.js";
import type { ReadReport } from "../read_report.js";
import { frameBytes, readSamples, type SampleFormat } from "./samples.js";

const pcm = 1;
const float = 3;
const extensible = 0xfffe;
const unknownSize = 0xffffffff;
/** A fmt chunk has 16 to 40 bytes; more than this is nonsense and isn't read. */
const maxFormatBytes = 4096;

/** What follows other chunks in the files that are about. */
const commonChunks = new Set(
  "fmt |data|fact|LIST|ds64|bext|iXML|axml|chna|JUNK|junk|FLLR|PAD |PEAK|cue |smpl|inst|id3 |ID3 ".split(
    "|",
  ),
);

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

interface Chunk {
  readonly id: string;
  readonly size: number;
}

/** Reads WAV. @param reader at "RIFF", "RF64" or "BW64" */
export async function readWav(reader: ByteReader, report: ReadReport): Promise<DecodedAudio> {
  const form = String.fromCharCode(...(await reader.read(12)).subarray(0, 4));
  let format: SampleFormat | undefined;
  let size64: number | undefined;
  for (;;) {
    const chunk = await readChunk(reader);
    if (chunk === undefined) {
      const missing = format === undefined ? '"fmt "' : '"data"';
      throw new DivisiError("bad-audio", `${reader.name}: a WAV file without a ${missing} chunk`);
    }
    const { id, size } = chunk;
    if (id === "data") {
      if (format === undefined) {
        const what = `${reader.name}: "data" comes before "fmt " in this WAV`;
        throw new DivisiError("bad-audio", what);
      }
      // Only in plain RIFF does the 32-bit size count: the others may have anything there.
      const declared = form === "RIFF" ? size : (size64 ?? size);
      return openData(reader, format, await dataLength(reader, declared, report), report);
    }
    const taken = id === "fmt " || id === "ds64" ? Math.min(size, maxFormatBytes) : 0;
    if (taken > 0) {
      const body = await reader.read(taken);
      if (id === "fmt ") format = parseFormat(body, reader.name);
      else size64 = parseSize64(body);
    }
    await reader.skip(size - taken);
    if (size % 2 === 1) await skipPadding(reader);
  }
}

async function readChunk(reader: ByteReader): Promise<Chunk | undefined> {
  const head = await reader.read(8);
  if (head.length < 8) return undefined;
  const size = new DataView(head.buffer, head.byteOffset, 8).getUint32(4, true);
  return { id: String.fromCharCode(...head.subarray(0, 4)), size };
}

/** Chunks start at even offsets, whatever the length of the one before; some programs forget it. */
async function skipPadding(reader: ByteReader): Promise<void> {
  const next = String.fromCharCode(...(await reader.peek(4)));
  if (!commonChunks.has(next)) await reader.skip(1);
}

function isChunkName(bytes: Uint8Array): boolean {
  return bytes.length >= 4 && bytes.subarray(0, 4).every((c) => c >= 0x20 && c < 0x7f);
}

function parseFormat(body: Uint8Array, path: string): SampleFormat {
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
      `${path}: is a WAV file with ${name} (format ${tag}) inside`,
    );
  }
  if (channelCount === 0) fail("the WAV declares 0 channels");
  const allowed = tag === pcm ? [1, 2, 3, 4] : [4, 8];
  const fits = (bytes: number) => allowed.includes(bytes) && bits <= bytes * 8 && bits > 0;
  // 24 bits may lie in 4 bytes; but a frame's size that can't be is a slip, and the bits count.
  const declared = blockBytes / channelCount;
  const bytesPerSample = fits(declared) ? declared : Math.ceil(bits / 8);
  if (!fits(bytesPerSample)) {
    const kind = tag === pcm ? "integers" : "floats";
    fail(
      `the WAV declares ${bits}-bit ${kind} in ${blockBytes} bytes a frame of ${channelCount} ` +
        `channels; ${allowed.map((n) => n * 8).join(", ")} bits a sample are read`,
    );
  }
  return {
    sampleRate,
    channelCount,
    bytesPerSample,
    float: tag === float,
    littleEndian: true,
    unsigned: bytesPerSample === 1,
  };
}

/** The 64-bit size of the data in an RF64 or BW64 file's "ds64" chunk. */
function parseSize64(body: Uint8Array): number | undefined {
  if (body.length < 16) return undefined;
  return Number(new DataView(body.buffer, body.byteOffset, body.length).getBigUint64(8, true));
}

/** How many bytes of samples to expect; undefined: until the end of the file. */
async function dataLength(
  reader: ByteReader,
  declared: number,
  report: ReadReport,
): Promise<number | undefined> {
  const there = reader.remaining;
  if (declared === unknownSize) {
    report.warn("the WAV header does not say how long it is; reading to the end of the file");
    return there;
  }
  if (declared === 0 && there !== 0 && !(await startsWithChunk(reader))) {
    report.warn("the WAV header says 0 bytes of audio; reading to the end of the file");
    return there;
  }
  if (there !== undefined && declared > there) {
    report.warn(`the WAV header says ${declared} bytes of audio, but only ${there} are there`);
    return there;
  }
  return declared;
}

/** Whether a chunk that fits in the file comes next: then a data size of 0 means no audio. */
async function startsWithChunk(reader: ByteReader): Promise<boolean> {
  const head = await reader.peek(8);
  if (head.length < 8 || !isChunkName(head)) return false;
  const size = new DataView(head.buffer, head.byteOffset, 8).getUint32(4, true);
  return size + 8 <= (reader.remaining ?? Number.POSITIVE_INFINITY);
}

async function openData(
  reader: ByteReader,
  format: SampleFormat,
  bytes: number | undefined,
  report: ReadReport,
): Promise<DecodedAudio> {
  const { sampleRate, channelCount } = format;
  async function* blocks(): AsyncGenerator<DecodedBlock> {
    let size = bytes ?? Number.POSITIVE_INFINITY;
    do {
      yield* readSamples(reader, format, size, report);
      if (size % 2 === 1) await skipPadding(reader);
      size = await nextData(reader);
    } while (size > 0);
  }
  const whole = bytes === undefined ? undefined : bytes + (await laterData(reader, bytes));
  return {
    format: "wav",
    sampleRate,
    channelCount,
    ...(whole === undefined ? {} : { frameCount: Math.floor(whole / frameBytes(format)) }),
    blocks: blocks(),
  };
}

/** Bytes of a file's further data chunks: some recorders begin a new one after every pause. */
async function laterData(reader: ByteReader, first: number): Promise<number> {
  if (reader.size === undefined) return 0;
  const start = reader.position;
  await reader.skip(first);
  if (first % 2 === 1) await skipPadding(reader);
  let sum = 0;
  for (;;) {
    const size = await nextData(reader);
    if (size === 0) break;
    sum += size;
    await reader.skip(size);
    if (size % 2 === 1) await skipPadding(reader);
  }
  reader.rewind(start);
  return sum;
}

/** Goes to the next data chunk's samples. @return their bytes; 0 where there is none */
async function nextData(reader: ByteReader): Promise<number> {
  for (;;) {
    if (!isChunkName(await reader.peek(4))) return 0;
    const chunk = await readChunk(reader);
    if (chunk === undefined) return 0;
    const { id, size } = chunk;
    const there = reader.remaining ?? Number.POSITIVE_INFINITY;
    if (id === "data" && size > 0) return Math.min(size, there);
    if (size >= there) return 0;
    await reader.skip(size);
    if (size % 2 === 1) await skipPadding(reader);
  }
}
