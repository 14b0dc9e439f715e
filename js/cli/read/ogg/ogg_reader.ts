/** Reads Ogg files that hold Vorbis, Opus or FLAC, those made of several recordings included. */

import type { OggVorbisDecoder } from "@wasm-audio-decoders/ogg-vorbis";
import { DivisiError } from "divisi";
import {
  type ByteReader,
  type DecodedAudio,
  type DecodedBlock,
  decodeFlac,
  parseStreamInfo,
  type ReadReport,
  type Shape,
  streamInfoBytes,
} from "divisi/readers";
import { quietly } from "../quietly.js";
import { fromVorbisOrder } from "./channel_order.js";
import { type OggPage, type OggState, oggPages, PacketAssembler } from "./ogg_pages.js";
import { decodeOpus, opusRate, parseOpusHead } from "./opus_reader.js";

type Codec = "vorbis" | "opus" | "flac";

/** One recording: its first page, and how to decode it. */
interface Link extends Shape {
  readonly codec: Codec;
  readonly page: OggPage;
  readonly frameCount?: number;
}

/** @param reader at the first page */
export async function readOgg(reader: ByteReader, report: ReadReport): Promise<DecodedAudio> {
  const { name: path } = reader;
  const channelCount = await widest(reader);
  const state: OggState = { skippedBytes: 0, cutOff: false };
  const pages = oggPages(reader, state);
  const first = await nextLink(pages, path);
  if (first === undefined) {
    throw new DivisiError("unsupported", `${path}: an Ogg file without Vorbis, Opus or FLAC audio`);
  }

  const leaveOut = () => {
    report.leaveOut("a recording in the file is Speex, which isn't read; it is left out");
  };
  async function* blocks(start: Link): AsyncGenerator<DecodedBlock> {
    for (let link: Link | undefined = start; link !== undefined; ) {
      const progress: LinkProgress = {};
      yield* decodeLink(link, linkPages(link, pages, progress, path), path, report);
      link = progress.next ?? (await nextLink(pages, path, leaveOut));
    }
    if (state.skippedBytes > 0) {
      const where = state.cutOff ? "the file is cut off" : "the file is damaged";
      report.warn(`${state.skippedBytes} bytes belong to no whole Ogg page: ${where}`);
    }
  }

  return {
    format: first.codec,
    sampleRate: first.sampleRate,
    channelCount: Math.max(first.channelCount, channelCount),
    ...(first.frameCount === undefined ? {} : { frameCount: first.frameCount }),
    blocks: blocks(first),
  };
}

/** The most channels that any of a file's recordings has; 0 for a pipe, where it can't be seen. */
async function widest(reader: ByteReader): Promise<number> {
  if (reader.size === undefined) return 0;
  const start = reader.position;
  const pages = oggPages(reader, { skippedBytes: 0, cutOff: false });
  let most = 0;
  for (;;) {
    const link = await nextLink(pages, reader.name);
    if (link === undefined) break;
    most = Math.max(most, link.channelCount);
  }
  reader.rewind(start);
  return most;
}

interface LinkProgress {
  /** A link that began before this one's last page. */
  next?: Link;
}

/** The pages of one link; pages of other streams beside it (video, say) are passed over. */
async function* linkPages(
  link: Link,
  pages: AsyncIterator<OggPage>,
  progress: LinkProgress,
  path: string,
): AsyncGenerator<OggPage> {
  let started = false;
  for (let page: OggPage | undefined = link.page; page !== undefined; ) {
    if (page.first && started) {
      // All beginnings of a link come before its data, so this is the next link's, whatever its
      // serial number: programs that cut streams apart give each piece the same one.
      const next = parseLink(page, path);
      if (next !== undefined) {
        progress.next = next;
        return;
      }
    } else if (page.serial === link.page.serial) {
      started ||= !page.first;
      yield page;
      if (page.last) return;
    }
    const result: IteratorResult<OggPage> = await pages.next();
    page = result.done ? undefined : result.value;
  }
}

/** @param onOther called for a recording that isn't read */
async function nextLink(
  pages: AsyncIterator<OggPage>,
  path: string,
  onOther = () => {},
): Promise<Link | undefined> {
  for (;;) {
    const { done, value } = await pages.next();
    if (done) return undefined;
    if (!value.first) continue;
    const link = parseLink(value, path);
    if (link !== undefined) return link;
    if (startsWith(value.body, "Speex   ")) onOther();
  }
}

function startsWith(bytes: Uint8Array, text: string): boolean {
  return [...text].every((letter, i) => bytes[i] === letter.charCodeAt(0));
}

/** What comes before STREAMINFO in the first packet of FLAC in Ogg (RFC 9639, 10.1). */
const flacHeadBytes = 17;

/** Recognises the codec by the first packet; undefined for anything but audio that is read here. */
function parseLink(page: OggPage, path: string): Link | undefined {
  const packet = page.body;
  const view = new DataView(packet.buffer, packet.byteOffset, packet.length);
  if (startsWith(packet, "\x01vorbis") && packet.length >= 30) {
    const [channelCount, sampleRate] = [packet[11] ?? 0, view.getUint32(12, true)];
    return { codec: "vorbis", page, channelCount, sampleRate };
  }
  if (startsWith(packet, "OpusHead")) {
    const { channelCount } = parseOpusHead(packet, path);
    return { codec: "opus", page, channelCount, sampleRate: opusRate };
  }
  if (startsWith(packet, "\x7fFLAC") && packet.length >= flacHeadBytes + streamInfoBytes) {
    const { sampleRate, channelCount, frameCount } = parseStreamInfo(
      packet.subarray(flacHeadBytes),
    );
    const length = frameCount === undefined ? {} : { frameCount };
    return { codec: "flac", page, sampleRate, channelCount, ...length };
  }
  return undefined;
}

function decodeLink(
  link: Link,
  pages: AsyncIterable<OggPage>,
  path: string,
  report: ReadReport,
): AsyncGenerator<DecodedBlock> {
  switch (link.codec) {
    case "opus":
      return decodeOpus(parseOpusHead(link.page.body, path), pages, report);
    case "flac": {
      const info = parseStreamInfo(link.page.body.subarray(flacHeadBytes));
      return decodeFlac(info, flacFrames(pages), report);
    }
    case "vorbis":
      return decodeVorbis(pages, report);
  }
}

/** The packets that are frames: those of metadata, which come first, don't begin with a sync code. */
async function* flacFrames(pages: AsyncIterable<OggPage>): AsyncGenerator<Uint8Array> {
  const assembler = new PacketAssembler();
  for await (const page of pages) {
    yield* assembler.add(page).filter((packet) => packet[0] === 0xff);
  }
}

async function* decodeVorbis(
  pages: AsyncIterable<OggPage>,
  report: ReadReport,
): AsyncGenerator<DecodedBlock> {
  const { OggVorbisDecoder } = await import("@wasm-audio-decoders/ogg-vorbis");
  const decoder = new OggVorbisDecoder();
  await decoder.ready;
  try {
    for await (const page of pages) {
      yield* vorbisBlock(await quietly(() => decoder.decode(page.bytes)), report);
    }
    yield* vorbisBlock(await quietly(() => decoder.flush()), report);
  } finally {
    decoder.free();
  }
}

type VorbisAudio = Awaited<ReturnType<OggVorbisDecoder["decode"]>>;

function* vorbisBlock(decoded: VorbisAudio, report: ReadReport): Generator<DecodedBlock> {
  report.damage(decoded.errors);
  if (decoded.samplesDecoded === 0) return;
  const channels = fromVorbisOrder(decoded.channelData);
  yield { sampleRate: decoded.sampleRate, channels };
}
