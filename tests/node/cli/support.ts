/** What the command line's tests share: WAV files of every kind, temporary folders, measures. */

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll } from "vitest";
import { openAudioFile } from "../../../js/cli/read/open_audio_file.js";

export const fixturePath = (name: string) =>
  fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url));

/** A folder that is gone after the test file. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "divisi-cli-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export interface WavOptions {
  readonly sampleRate?: number;
  readonly bits?: 8 | 16 | 24 | 32 | 64;
  readonly float?: boolean;
  readonly extensible?: boolean;
  /** What the header says instead of the truth. */
  readonly dataSize?: number;
  readonly channelCount?: number;
  readonly tag?: number;
  /** A chunk of odd length before the data, and one after. */
  readonly extraChunks?: boolean;
  readonly rf64?: boolean;
}

/** A WAV file with these channels. Integers are rounded without dither. */
export function wav(channels: readonly ArrayLike<number>[], options: WavOptions = {}): Buffer {
  const { sampleRate = 44100, bits = 16, float = false, extensible = false } = options;
  const count = channels.length;
  const frames = channels[0]?.length ?? 0;
  const width = bits / 8;
  const data = Buffer.alloc(frames * count * width);
  for (let frame = 0; frame < frames; frame++) {
    channels.forEach((channel, index) => {
      const at = (frame * count + index) * width;
      const sample = channel[frame] ?? 0;
      const full = 2 ** (bits - 1);
      const integer = Math.max(-full, Math.min(full - 1, Math.round(sample * full)));
      if (float) bits === 64 ? data.writeDoubleLE(sample, at) : data.writeFloatLE(sample, at);
      else if (bits === 8) data.writeUInt8(integer + 128, at);
      else data.writeIntLE(integer, at, width as 2 | 3 | 4);
    });
  }
  const tag = options.tag ?? (float ? 3 : 1);
  const format = Buffer.alloc(extensible ? 40 : 16);
  format.writeUInt16LE(extensible ? 0xfffe : tag, 0);
  format.writeUInt16LE(options.channelCount ?? count, 2);
  format.writeUInt32LE(sampleRate, 4);
  format.writeUInt32LE(sampleRate * count * width, 8);
  format.writeUInt16LE((options.channelCount ?? count) * width, 12);
  format.writeUInt16LE(bits, 14);
  if (extensible) {
    format.writeUInt16LE(22, 16);
    format.writeUInt16LE(bits, 18);
    format.writeUInt16LE(tag, 24);
    Buffer.from("000000001000800000aa00389b71", "hex").copy(format, 26);
  }
  const size64 = Buffer.alloc(28);
  size64.writeBigUInt64LE(BigInt(data.length), 8);
  const odd = options.extraChunks ? [chunk("LIST", Buffer.from("odd"))] : [];
  const body = Buffer.concat([
    ...(options.rf64 ? [chunk("ds64", size64)] : []),
    ...odd,
    chunk("fmt ", format),
    ...odd,
    chunk("data", data, options.rf64 ? 0xffffffff : options.dataSize),
    ...odd,
  ]);
  return chunk(options.rf64 ? "RF64" : "RIFF", Buffer.concat([Buffer.from("WAVE"), body]));
}

function chunk(id: string, body: Buffer, declared = body.length): Buffer {
  const head = Buffer.alloc(8, id);
  head.writeUInt32LE(declared, 4);
  return Buffer.concat([head, body, Buffer.alloc(body.length % 2)]);
}

export interface ReadFile {
  readonly format: string;
  readonly sampleRate: number;
  readonly frameCount: number | undefined;
  readonly channels: Float32Array[];
  readonly warnings: readonly string[];
  readonly complete: boolean;
}

/** Reads a whole file through the command line's own readers. */
export async function readAll(path: string): Promise<ReadFile> {
  const source = await openAudioFile(path);
  const channels: number[][] = Array.from({ length: source.channelCount }, () => []);
  try {
    for await (const block of source.blocks) {
      block.forEach((samples, index) => {
        for (const sample of samples) channels[index]?.push(sample);
      });
    }
  } finally {
    await source.close();
  }
  const { format, sampleRate, frameCount, warnings } = source;
  const planar = channels.map((channel) => Float32Array.from(channel));
  const complete = source.complete();
  return { format, sampleRate, frameCount, channels: planar, warnings, complete };
}

export function write(folder: string, name: string, bytes: Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

/** Signal-to-noise ratio of `actual` against `expected`, in dB. */
export function snr(expected: ArrayLike<number>, actual: ArrayLike<number>): number {
  let signal = 0;
  let noise = 0;
  for (let i = 0; i < expected.length; i++) {
    signal += (expected[i] ?? 0) ** 2;
    noise += ((expected[i] ?? 0) - (actual[i] ?? 0)) ** 2;
  }
  return 10 * Math.log10(signal / noise);
}

/** Amplitude of a sine of this pitch within the samples. */
export function amplitude(samples: ArrayLike<number>, pitch: number, sampleRate: number): number {
  let [real, imaginary] = [0, 0];
  for (let i = 0; i < samples.length; i++) {
    const angle = (2 * Math.PI * pitch * i) / sampleRate;
    real += (samples[i] ?? 0) * Math.cos(angle);
    imaginary += (samples[i] ?? 0) * Math.sin(angle);
  }
  return (2 * Math.hypot(real, imaginary)) / samples.length;
}

export const peak = (samples: ArrayLike<number>) =>
  Array.from(samples).reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);

/** The first `count` samples of one less those of the other. */
export function difference(
  a: ArrayLike<number> = [],
  b: ArrayLike<number> = [],
  count = a.length,
): Float32Array {
  return Float32Array.from({ length: count }, (_, i) => (a[i] ?? 0) - (b[i] ?? 0));
}
