/** Reads Ogg files that hold Vorbis, Opus or FLAC, those made of several recordings included. */

import type { OggVorbisDecoder } from "@wasm-audio-decoders/ogg-vorbis";
import { DivisiError } from "divisi";
import type { DecodedAudio, DecodedBlock } from "../audio_file.js";
import type { ByteReader } from "../byte_reader.js";
import type { Shape } from "../conform.js";
import { decodeFlac, parseStreamInfo, streamInfoBytes } from "../flac/flac_reader.js";
import { quietly, type ReadReport } from "../read_report.js";
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
  const { path } = reader;
  const channelCount = await widest(reader);
  const state: OggState = { skippedBytes: 0, cutOff: false };
  const pages = oggPages(reader, state);
  const first = await nextLink(pages, path);
  if (first === undefined) {
    throw new DivisiError("unsupported", `${path}: an Ogg file without Vorbis, Opus or FLAC audio`);
  }

  async function* blocks(start: Link): AsyncGenerator<DecodedBlock> {
    for (let link: Link | undefined = start; link !== undefined; ) {
      const progress: LinkProgress = {};
      yield* decodeLink(link, linkPages(link, pages, progress, path), path, report);
      link = progress.next ?? (await nextLink(pages, path));
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
    const link = await nextLink(pages, reader.path);
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

async function nextLink(pages: AsyncIterator<OggPage>, path: string): Promise<Link | undefined> {
  for (;;) {
    const { done, value } = await pages.next();
    if (done) return undefined;
    const link = value.first ? parseLink(value, path) : undefined;
    if (link !== undefined) return link;
  }
}

/** What comes before STREAMINFO in the first packet of FLAC in Ogg (RFC 9639, 10.1). */
const flacHeadBytes = 17;

/** Recognises the codec by the first packet; undefined for anything but audio that is read here. */
function parseLink(page: OggPage, path: string): Link | undefined {
  const packet = page.body;
  const starts = (text: string, from = 0) =>
    [...text].every((c, i) => packet[from + i] === c.charCodeAt(0));
  const view = new DataView(packet.buffer, packet.byteOffset, packet.length);
  if (starts("\x01vorbis") && packet.length >= 30) {
    const [channelCount, sampleRate] = [packet[11] ?? 0, view.getUint32(12, true)];
    return { codec: "vorbis", page, channelCount, sampleRate };
  }
  if (starts("OpusHead")) {
    const { channelCount } = parseOpusHead(packet, path);
    return { codec: "opus", page, channelCount, sampleRate: opusRate };
  }
  if (starts("\x7fFLAC") && packet.length >= flacHeadBytes + streamInfoBytes) {
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
