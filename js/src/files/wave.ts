/**
 * The bytes of a WAV, for whoever writes them. The header has room for 64-bit sizes ("JUNK", as EBU
 * Tech 3306 has it), so that a file that grows past 4 GiB becomes an RF64 in place.
 */

import { badOption } from "../base/options.js";
import { checkFrames, checkShape } from "./checks.js";
import { Quantiser } from "./quantiser.js";
import type { AudioShape } from "./types.js";

const ds64Bytes = 28;
/** Largest size that the header of a plain RIFF can say; 0xFFFFFFFF itself means "see ds64". */
const largestRiff = 0xfffffffe;

/** Turns floats into the samples of a WAV. */
export class WaveEncoder {
  readonly #shape: AudioShape;
  readonly #quantiser: Quantiser | undefined;

  /** Starts a file; its header is `waveHeader`. */
  constructor(shape: AudioShape) {
    checkShape(shape);
    this.#shape = shape;
    this.#quantiser = shape.bits === 32 ? undefined : new Quantiser(shape.bits);
  }

  /** Samples beyond ±1 that an integer format had to cut off. */
  get clippedSamples(): number {
    return this.#quantiser?.clippedSamples ?? 0;
  }

  /** The frames from `from` to before `to`, in the order of the song. */
  encode(channels: readonly Float32Array[], from: number, to: number): Uint8Array<ArrayBuffer> {
    checkFrames(channels, this.#shape.channelCount, from, to);
    const count = (to - from) * channels.length;
    const bytes = new Uint8Array((count * this.#shape.bits) / 8);
    const view = new DataView(bytes.buffer);
    if (this.#quantiser === undefined) {
      channels.forEach((channel, index) => {
        for (let frame = from, at = index * 4; frame < to; frame++, at += channels.length * 4) {
          view.setFloat32(at, channel[frame] as number, true);
        }
      });
      return bytes;
    }
    const samples = new Int32Array(count);
    this.#quantiser.quantise(channels, from, to, samples);
    if (this.#shape.bits === 16) {
      for (let i = 0; i < count; i++) view.setInt16(i * 2, samples[i] as number, true);
      return bytes;
    }
    for (let i = 0; i < count; i++) {
      const sample = samples[i] as number;
      view.setUint16(i * 3, sample & 0xffff, true);
      view.setInt8(i * 3 + 2, sample >> 16);
    }
    return bytes;
  }
}

/** The header for so many frames: the same length for any number of them. */
export function waveHeader(shape: AudioShape, frames: number): Uint8Array<ArrayBuffer> {
  checkShape(shape);
  if (!Number.isSafeInteger(frames) || frames < 0) {
    throw badOption("frames", "a whole number", frames);
  }
  const { sampleRate, channelCount, bits } = shape;
  const isFloat = bits === 32;
  const frameBytes = (channelCount * bits) / 8;
  const extensible = channelCount > 2; // then the mask tells which speaker a channel is for
  const formatBytes = extensible ? 40 : isFloat ? 18 : 16;
  const factBytes = isFloat ? 12 : 0; // required for everything but PCM
  const length = 12 + 8 + ds64Bytes + 8 + formatBytes + factBytes + 8;
  const dataBytes = frames * frameBytes;
  const riffBytes = length - 8 + dataBytes + (dataBytes % 2);
  const large = riffBytes > largestRiff;

  const header = new Uint8Array(length);
  const view = new DataView(header.buffer);
  let at = 0;
  const text = (id: string) => {
    for (const c of id) view.setUint8(at++, c.charCodeAt(0));
  };
  const u16 = (value: number) => {
    view.setUint16(at, value, true);
    at += 2;
  };
  const u32 = (value: number) => {
    view.setUint32(at, value, true);
    at += 4;
  };
  const u64 = (value: number) => {
    view.setBigUint64(at, BigInt(value), true);
    at += 8;
  };

  text(large ? "RF64" : "RIFF");
  u32(large ? 0xffffffff : riffBytes);
  text("WAVE");
  text(large ? "ds64" : "JUNK");
  u32(ds64Bytes);
  u64(large ? riffBytes : 0);
  u64(large ? dataBytes : 0);
  u64(large ? frames : 0);
  u32(0); // no table of other large chunks
  text("fmt ");
  u32(formatBytes);
  const tag = isFloat ? 3 : 1;
  u16(extensible ? 0xfffe : tag);
  u16(channelCount);
  u32(sampleRate);
  u32(sampleRate * frameBytes);
  u16(frameBytes);
  u16(bits);
  if (formatBytes > 16) u16(formatBytes - 18);
  if (extensible) {
    u16(bits);
    u32(waveChannelMask(channelCount));
    u16(tag);
    // The rest of the GUID xxxxxxxx-0000-0010-8000-00AA00389B71.
    header.set([0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xaa, 0, 0x38, 0x9b, 0x71], at);
    at += 14;
  }
  if (isFloat) {
    text("fact");
    u32(4);
    u32(Math.min(frames, 0xffffffff));
  }
  text("data");
  u32(large ? 0xffffffff : dataBytes);
  return header;
}

/** The speakers of Web Audio's channel orders, a bit each. */
function waveChannelMask(channelCount: number): number {
  const masks = [0x4, 0x3, 0x7, 0x33, 0x37, 0x3f, 0x70f, 0x63f];
  return masks[channelCount - 1] ?? 0;
}
