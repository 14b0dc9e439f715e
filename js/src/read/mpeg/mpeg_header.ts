/** Headers and lengths of MPEG audio frames: ISO 11172-3, 13818-3 and MPEG 2.5, layers I to III. */

/** What the head of a frame says. */
export interface MpegHeader {
  /** What stays the same as long as one decoder can go on: version, layer and sample rate. */
  readonly kind: number;
  /** Samples per second. */
  readonly sampleRate: number;
  /** 1 or 2. */
  readonly channelCount: number;
  /** Samples of a channel in a frame. */
  readonly samplesPerFrame: number;
  /** Bytes of the frame; undefined for free format, where only the next frame tells. */
  readonly length: number | undefined;
  /** Bytes that the padding bit adds. */
  readonly padding: number;
  /** Bytes from the frame's start to where a Xing or Info tag would be. */
  readonly tagOffset: number;
}

const rates = [44100, 48000, 32000];
// In kbit/s, of MPEG 1 layers I to III, then of MPEG 2 and 2.5: layer I, layers II and III.
const bitrates: readonly (readonly number[])[] = [
  [32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448],
  [32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384],
  [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
  [32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256],
  [8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
];

/** Reads the header that stands here, if it is one. */
export function parseMpegHeader(bytes: Uint8Array, offset: number): MpegHeader | undefined {
  if (offset + 4 > bytes.length || bytes[offset] !== 0xff) return undefined;
  const [b1, b2, b3] = [bytes[offset + 1] ?? 0, bytes[offset + 2] ?? 0, bytes[offset + 3] ?? 0];
  const version = (b1 >> 3) & 3; // 3: MPEG 1, 2: MPEG 2, 0: MPEG 2.5
  const layer = 4 - ((b1 >> 1) & 3);
  const [bitrateIndex, rateIndex] = [b2 >> 4, (b2 >> 2) & 3];
  if ((b1 & 0xe0) !== 0xe0 || version === 1 || layer === 4) return undefined;
  if (bitrateIndex === 15 || rateIndex === 3 || (b3 & 3) === 2) return undefined;
  const first = version === 3;
  const sampleRate = (rates[rateIndex] ?? 0) / (first ? 1 : version === 2 ? 2 : 4);
  const samplesPerFrame = layer === 1 ? 384 : layer === 3 && !first ? 576 : 1152;
  const slot = layer === 1 ? 4 : 1;
  const padding = ((b2 >> 1) & 1) * slot;
  const table = bitrates[first ? layer - 1 : layer === 1 ? 3 : 4];
  const bitrate = (table?.[bitrateIndex - 1] ?? 0) * 1000;
  const slots = Math.floor((samplesPerFrame * bitrate) / (8 * slot * sampleRate));
  const channelCount = b3 >> 6 === 3 ? 1 : 2;
  const sideInfo = first ? (channelCount === 1 ? 17 : 32) : channelCount === 1 ? 9 : 17;
  return {
    kind: (version << 4) | (layer << 2) | rateIndex,
    sampleRate,
    channelCount,
    samplesPerFrame,
    length: bitrateIndex === 0 ? undefined : slots * slot + padding,
    padding,
    tagOffset: 4 + sideInfo,
  };
}

/** The longest frame that is looked for in free format: 640 kbit/s at 32 kHz, as LAME can do. */
const longestFreeFrame = 2881;

/** Bytes of a free-format frame without its padding: the way to the next header of the same kind. */
export function freeFormatLength(bytes: Uint8Array, offset: number): number | undefined {
  const header = parseMpegHeader(bytes, offset);
  if (header === undefined || header.length !== undefined) return undefined;
  const end = Math.min(bytes.length - 4, offset + longestFreeFrame);
  for (let at = offset + header.tagOffset; at <= end; at++) {
    if (bytes[at] !== 0xff) continue;
    const next = parseMpegHeader(bytes, at);
    if (next?.kind === header.kind && next.length === undefined) {
      return at - offset - header.padding;
    }
  }
  return undefined;
}

/** Frames that follow each other. */
export interface FrameRun {
  /** How many. */
  readonly frames: number;
  /** The run goes on to the last of the bytes; a frame may be cut off by them. */
  readonly toTheEnd: boolean;
  /** Where the first byte behind the run is. */
  readonly end: number;
}

/** How many frames of one kind follow each other from here, counted up to `limit`. */
export function frameRun(bytes: Uint8Array, offset: number, limit: number): FrameRun {
  const first = parseMpegHeader(bytes, offset);
  const free = first?.length === undefined ? freeFormatLength(bytes, offset) : undefined;
  let frames = 0;
  let at = offset;
  while (frames < limit) {
    if (frames > 0 && at + 4 > bytes.length) return { frames, toTheEnd: true, end: at };
    const header = parseMpegHeader(bytes, at);
    if (header === undefined || header.kind !== first?.kind) break;
    const length = header.length ?? (free === undefined ? undefined : free + header.padding);
    if (length === undefined || length < 4) break;
    frames += 1;
    at += length;
  }
  return { frames, toTheEnd: at >= bytes.length, end: at };
}

/**
 * The first place where frames begin: a sync word alone appears in any data by chance, three frames in
 * a row don't. At the end of the bytes two will do.
 */
export function findFrames(bytes: Uint8Array, from: number): number | undefined {
  for (let at = bytes.indexOf(0xff, from); at >= 0; at = bytes.indexOf(0xff, at + 1)) {
    if (parseMpegHeader(bytes, at) === undefined) continue;
    const { frames, toTheEnd, end } = frameRun(bytes, at, 4);
    if (frames >= 4) return at;
    if (frames >= 3 && parseMpegHeader(bytes, at)?.length !== undefined) return at;
    if (frames >= 2 && toTheEnd && end === bytes.length) return at;
  }
  return undefined;
}
