/** Uncompressed samples as WAV and AIFF hold them. */

import { blockFrames, type DecodedBlock } from "../audio_file.js";
import type { ByteReader } from "../byte_reader.js";
import type { ReadReport } from "../read_report.js";

export interface SampleFormat {
  readonly sampleRate: number;
  readonly channelCount: number;
  /** Integers are left-justified in their bytes, so the container's full scale is the signal's. */
  readonly bytesPerSample: number;
  readonly float: boolean;
  readonly littleEndian: boolean;
  /** 8-bit WAV and AIFF's "raw " have their zero at 128. */
  readonly unsigned: boolean;
}

export function frameBytes({ bytesPerSample, channelCount }: SampleFormat): number {
  return bytesPerSample * channelCount;
}

/** @param bytes of samples from here on; Infinity: until the end of the file. */
export async function* readSamples(
  reader: ByteReader,
  format: SampleFormat,
  bytes: number,
  report: ReadReport,
): AsyncGenerator<DecodedBlock> {
  const size = frameBytes(format);
  for (let left = bytes; left > 0; ) {
    const wanted = Math.min(left, blockFrames * size);
    const data = await reader.read(wanted);
    left -= data.length;
    const frames = Math.floor(data.length / size);
    if (frames > 0) yield decodeFrames(data, frames, format);
    if (data.length % size !== 0) {
      report.warn(`the last ${data.length % size} bytes are not a whole frame; left out`);
      return;
    }
    if (data.length < wanted) return;
  }
}

function decodeFrames(data: Uint8Array, frames: number, format: SampleFormat): DecodedBlock {
  const view = new DataView(data.buffer, data.byteOffset, data.length);
  const { channelCount, bytesPerSample, sampleRate } = format;
  const sample = sampleReader(view, format);
  const step = channelCount * bytesPerSample;
  const channels = Array.from({ length: channelCount }, (_, channel) => {
    const out = new Float32Array(frames);
    for (let frame = 0, at = channel * bytesPerSample; frame < frames; frame++, at += step) {
      out[frame] = sample(at);
    }
    return out;
  });
  return { sampleRate, channels };
}

function sampleReader(view: DataView, format: SampleFormat): (at: number) => number {
  const { littleEndian: little, bytesPerSample, float, unsigned } = format;
  if (float) {
    if (bytesPerSample === 4) return (at) => view.getFloat32(at, little);
    return (at) => view.getFloat64(at, little);
  }
  switch (bytesPerSample) {
    case 1:
      if (unsigned) return (at) => (view.getUint8(at) - 128) / 128;
      return (at) => view.getInt8(at) / 128;
    case 2:
      return (at) => view.getInt16(at, little) / 32768;
    case 3:
      if (little)
        return (at) => (view.getUint16(at, true) + view.getInt8(at + 2) * 65536) / 2 ** 23;
      return (at) => (view.getInt8(at) * 65536 + view.getUint16(at + 1)) / 2 ** 23;
    default:
      return (at) => view.getInt32(at, little) / 2 ** 31;
  }
}
