/** Reads AIFF and uncompressed AIFC as a stream: integers of 8 to 32 bits, floats of 32 and 64. */

import { DivisiError } from "../../base/errors.js";
import type { DecodedAudio } from "../audio_file.js";
import type { ByteReader } from "../byte_reader.js";
import type { ReadReport } from "../read_report.js";
import { frameBytes, readSamples, type SampleFormat } from "./samples.js";

interface Common extends SampleFormat {
  readonly frameCount: number;
}

const maxCommonBytes = 512;

type Encoding = Pick<SampleFormat, "float" | "littleEndian" | "unsigned">;
const integers: Encoding = { float: false, littleEndian: false, unsigned: false };
const floats: Encoding = { float: true, littleEndian: false, unsigned: false };
const encodings: Readonly<Record<string, Encoding>> = {
  NONE: integers,
  twos: integers,
  in24: integers,
  in32: integers,
  sowt: { ...integers, littleEndian: true },
  "raw ": { ...integers, unsigned: true },
  fl32: floats,
  FL32: floats,
  fl64: floats,
  FL64: floats,
};

/** Reads AIFF and AIFC. @param reader at "FORM" */
export async function readAiff(reader: ByteReader, report: ReadReport): Promise<DecodedAudio> {
  const head = await reader.read(12);
  const compressed = head[11] === 0x43; // "AIFC"
  let common: Common | undefined;
  /** Where the samples lie, in files that have them before the words about them. */
  let samplesAt: { readonly position: number; readonly bytes: number } | undefined;
  for (;;) {
    const chunk = await reader.read(8);
    if (chunk.length < 8) {
      const missing = common === undefined ? '"COMM"' : '"SSND"';
      throw new DivisiError("bad-audio", `${reader.name}: an AIFF file without a ${missing} chunk`);
    }
    const id = String.fromCharCode(...chunk.subarray(0, 4));
    const size = new DataView(chunk.buffer, chunk.byteOffset, 8).getUint32(4);
    if (id === "SSND") {
      const start = await reader.read(8);
      const offset =
        start.length < 8 ? 0 : new DataView(start.buffer, start.byteOffset).getUint32(0);
      await reader.skip(offset);
      const bytes = Math.max(0, size - 8 - offset);
      if (common !== undefined) return openSamples(reader, common, bytes, report);
      if (reader.size === undefined) {
        const what = "an AIFF whose samples come first can't be read from a pipe";
        throw new DivisiError("unsupported", `${reader.name}: ${what}`);
      }
      samplesAt = { position: reader.position, bytes };
      await reader.skip(bytes + (size % 2));
      continue;
    }
    const taken = id === "COMM" ? Math.min(size, maxCommonBytes) : 0;
    if (taken > 0) common = parseCommon(await reader.read(taken), compressed, reader.name);
    await reader.skip(size - taken + (size % 2));
    if (common !== undefined && samplesAt !== undefined) {
      reader.rewind(samplesAt.position);
      return openSamples(reader, common, samplesAt.bytes, report);
    }
  }
}

function parseCommon(body: Uint8Array, compressed: boolean, path: string): Common {
  if (body.length < (compressed ? 22 : 18)) {
    const what = `${path}: the AIFF's "COMM" chunk has ${body.length} bytes, at least 18 needed`;
    throw new DivisiError("bad-audio", what);
  }
  const view = new DataView(body.buffer, body.byteOffset, body.length);
  const type = compressed ? String.fromCharCode(...body.subarray(18, 22)) : "NONE";
  const encoding = encodings[type];
  if (encoding === undefined) {
    throw new DivisiError("unsupported", `${path}: is an AIFC file with "${type}" inside`);
  }
  const channelCount = view.getUint16(0);
  const bits = view.getUint16(6);
  const bytesPerSample = encoding.float ? (/64/.test(type) ? 8 : 4) : Math.ceil(bits / 8);
  if (channelCount === 0 || bytesPerSample < 1 || (bytesPerSample > 4 && !encoding.float)) {
    const what = `${path}: the AIFF declares ${channelCount} channels of ${bits} bits`;
    throw new DivisiError("bad-audio", what);
  }
  const frameCount = view.getUint32(2);
  const sampleRate = Math.round(extended(view, 8));
  return { ...encoding, sampleRate, channelCount, bytesPerSample, frameCount };
}

/** A float of 80 bits: sign and exponent in 16, then 64 of mantissa without a hidden one. */
function extended(view: DataView, at: number): number {
  const exponent = view.getUint16(at) & 0x7fff;
  return Number(view.getBigUint64(at + 2)) * 2 ** (exponent - 16383 - 63);
}

function openSamples(
  reader: ByteReader,
  common: Common,
  declared: number,
  report: ReadReport,
): DecodedAudio {
  const wanted = common.frameCount * frameBytes(common);
  const there = reader.remaining ?? Number.POSITIVE_INFINITY;
  // Recorders that were cut off leave 0 here; then what is there counts.
  const expected = wanted === 0 ? (declared === 0 ? there : declared) : wanted;
  if (expected > there) {
    report.warn(`the AIFF header says ${expected} bytes of audio, but only ${there} are there`);
  }
  const bytes = Math.min(expected, there);
  const { sampleRate, channelCount } = common;
  return {
    format: "aiff",
    sampleRate,
    channelCount,
    ...(bytes === Number.POSITIVE_INFINITY
      ? {}
      : { frameCount: Math.floor(bytes / frameBytes(common)) }),
    blocks: readSamples(reader, common, bytes, report),
  };
}
