/** The sample rate of what browsers decode, as far as a look at the file's head tells it. */

import { checkOptions } from "../../base/options.js";
import { type ByteReader, checkReader } from "../byte_reader.js";
import type { Start } from "../find_start.js";
import { parseStreamInfo, streamInfoBytes } from "../flac/flac_reader.js";
import { parseMpegHeader } from "../mpeg/mpeg_header.js";
import { mp4Rate } from "./mp4_rate.js";

/** Opus is always decoded at 48 kHz; its header states the rate before encoding. */
const opusRate = 48000;
/** A page's head, with one packet in it: segment table and what the codecs say of themselves. */
const oggHeadBytes = 28;
const flacHeadBytes = 17;
const aacRates = [
  96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000,
];

/**
 * The rate at which an MP3, Ogg, MP4 or ADTS is to be decoded; undefined for others and where it isn't
 * found.
 *
 * @param reader where `findStart` left it
 */
export async function statedRate(reader: ByteReader, start: Start): Promise<number | undefined> {
  checkReader(reader);
  checkOptions(start, "start");
  const { container } = start;
  const head = await reader.peek(128);
  if (container === "mp3") return parseMpegHeader(head, 0)?.sampleRate;
  if (container === "ogg") return oggRate(head);
  if (container !== undefined) return undefined;
  const isMp4 = String.fromCharCode(...head.subarray(4, 8)) === "ftyp";
  return isMp4 ? mp4Rate(reader) : adtsRate(head);
}

function oggRate(page: Uint8Array): number | undefined {
  const packet = page.subarray(oggHeadBytes);
  const view = new DataView(packet.buffer, packet.byteOffset, packet.length);
  const starts = (text: string) => [...text].every((c, i) => packet[i] === c.charCodeAt(0));
  if (starts("\x01vorbis") && packet.length >= 16) return view.getUint32(12, true);
  if (starts("OpusHead")) return opusRate;
  if (starts("\x7fFLAC") && packet.length >= flacHeadBytes + streamInfoBytes) {
    return parseStreamInfo(packet.subarray(flacHeadBytes)).sampleRate;
  }
  return undefined;
}

/** AAC in a stream of frames (ISO 13818-7, 6.2): high-efficiency AAC states the rate of its core. */
function adtsRate(head: Uint8Array): number | undefined {
  if (head[0] !== 0xff || ((head[1] ?? 0) & 0xf6) !== 0xf0) return undefined;
  const rate = aacRates[((head[2] ?? 0) >> 2) & 0xf];
  return rate !== undefined && rate <= 24000 ? 2 * rate : rate;
}
