/** Tells what a file is by its content, never by its name. */

export type Container = "wav" | "flac" | "mp3" | "ogg";

/** Bytes that `detect` wants to see. */
export const detectBytes = 65536;

export interface Detection {
  /** undefined where nothing was recognised, or something that is not supported. */
  readonly container?: Container;
  /** What an unsupported file is, where that is known. */
  readonly known?: string;
}

/** @param head the first bytes of the file, after any ID3 tag. */
export function detect(head: Uint8Array): Detection {
  const text = (from: number, length: number) =>
    String.fromCharCode(...head.subarray(from, from + length));
  const id = text(0, 4);
  if ((id === "RIFF" || id === "RF64" || id === "BW64") && text(8, 4) === "WAVE") {
    return { container: "wav" };
  }
  if (id === "fLaC") return { container: "flac" };
  if (id === "OggS") return { container: "ogg" };
  if (findMpegFrame(head) !== undefined) return { container: "mp3" };
  const known = knownButUnsupported(head, id, text);
  return known === undefined ? {} : { known };
}

function knownButUnsupported(
  head: Uint8Array,
  id: string,
  text: (from: number, length: number) => string,
): string | undefined {
  if (id === "RIFX") return "a big-endian WAV (RIFX)";
  if (id === "riff") return "a Sony Wave64";
  if (id === "RIFF") return `a RIFF file of type "${text(8, 4).trim()}", not WAVE,`;
  if (id === "FORM") return "an AIFF";
  if (id === "caff") return "an Apple CAF";
  if (id === "MThd") return "a MIDI file";
  if (id === "MAC ") return "a Monkey's Audio";
  if (id === "wvpk") return "a WavPack";
  if (id === ".snd") return "a Sun AU";
  if (text(4, 4) === "ftyp") return "an MP4 (AAC or ALAC)";
  if (head[0] === 0x1a && head[1] === 0x45 && head[2] === 0xdf && head[3] === 0xa3) {
    return "a Matroska or WebM";
  }
  if (head[0] === 0x30 && head[1] === 0x26 && head[2] === 0xb2 && head[3] === 0x75) {
    return "a Windows Media";
  }
  if (head[0] === 0xff && ((head[1] ?? 0) & 0xf6) === 0xf0) return "an ADTS AAC";
  return undefined;
}

/** Length of the ID3v2 tag that starts `head`, 0 where there is none. */
export function id3Length(head: Uint8Array): number {
  if (head.length < 10 || head[0] !== 0x49 || head[1] !== 0x44 || head[2] !== 0x33) return 0;
  const [a, b, c, d] = [head[6] ?? 0, head[7] ?? 0, head[8] ?? 0, head[9] ?? 0];
  if ((a | b | c | d) & 0x80) return 0; // the four size bytes have 7 bits each
  const footer = ((head[5] ?? 0) & 0x10) === 0 ? 0 : 10;
  return 10 + ((a << 21) | (b << 14) | (c << 7) | d) + footer;
}

export interface MpegFrame {
  readonly offset: number;
  readonly length: number;
  readonly sampleRate: number;
  readonly channelCount: number;
  readonly samplesPerFrame: number;
  /** Bytes from the frame's start to where a Xing or Info tag would be. */
  readonly tagOffset: number;
}

const bitrates: Readonly<Record<string, readonly number[]>> = {
  "1-1": [32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448],
  "1-2": [32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384],
  "1-3": [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
  "2-1": [32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256],
  "2-2": [8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
  "2-3": [8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
};

/** Reads the 4-byte header of an MPEG audio frame (ISO 11172-3 and 13818-3, and MPEG 2.5). */
export function parseMpegFrame(bytes: Uint8Array, offset: number): MpegFrame | undefined {
  if (offset + 4 > bytes.length || bytes[offset] !== 0xff) return undefined;
  const [b1, b2, b3] = [bytes[offset + 1] ?? 0, bytes[offset + 2] ?? 0, bytes[offset + 3] ?? 0];
  const versionBits = (b1 >> 3) & 3;
  const layer = 4 - ((b1 >> 1) & 3);
  const bitrateIndex = b2 >> 4;
  const rateIndex = (b2 >> 2) & 3;
  if ((b1 & 0xe0) !== 0xe0 || versionBits === 1 || layer === 4) return undefined;
  if (bitrateIndex === 0 || bitrateIndex === 15 || rateIndex === 3 || (b3 & 3) === 2) {
    return undefined;
  }
  const first = versionBits === 3;
  const bitrate = (bitrates[`${first ? 1 : 2}-${layer}`]?.[bitrateIndex - 1] ?? 0) * 1000;
  const divisor = first ? 1 : versionBits === 2 ? 2 : 4;
  const sampleRate = ([44100, 48000, 32000][rateIndex] ?? 44100) / divisor;
  const padding = (b2 >> 1) & 1;
  const samplesPerFrame = layer === 1 ? 384 : layer === 3 && !first ? 576 : 1152;
  const length =
    layer === 1
      ? (Math.floor((12 * bitrate) / sampleRate) + padding) * 4
      : Math.floor(((samplesPerFrame / 8) * bitrate) / sampleRate) + padding;
  const channelCount = b3 >> 6 === 3 ? 1 : 2;
  const sideInfo = first ? (channelCount === 1 ? 17 : 32) : channelCount === 1 ? 9 : 17;
  return { offset, length, sampleRate, channelCount, samplesPerFrame, tagOffset: 4 + sideInfo };
}

/**
 * Finds the first MPEG audio frame: one that a second of the same kind follows, or that ends where
 * the bytes end. A sync word alone appears in any data by chance.
 */
export function findMpegFrame(bytes: Uint8Array): MpegFrame | undefined {
  for (let offset = bytes.indexOf(0xff); offset >= 0; offset = bytes.indexOf(0xff, offset + 1)) {
    const frame = parseMpegFrame(bytes, offset);
    if (frame === undefined) continue;
    const next = offset + frame.length;
    if (next === bytes.length && offset === 0) return frame;
    const follower = parseMpegFrame(bytes, next);
    if (follower === undefined || follower.sampleRate !== frame.sampleRate) continue;
    // Where a third frame should be within sight, it has to be there as well.
    const third = next + follower.length;
    if (third + 4 <= bytes.length && parseMpegFrame(bytes, third) === undefined) continue;
    return frame;
  }
  return undefined;
}
