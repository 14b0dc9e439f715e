/** Reads Ogg files that hold Vorbis, Opus or FLAC, those made of several recordings included. */

import { OggVorbisDecoder } from "@wasm-audio-decoders/ogg-vorbis";
import { DivisiError } from "divisi";
import type { DecodedAudio } from "./audio_file.js";
import type { ByteReader } from "./byte_reader.js";
import { fromVorbisOrder } from "./channel_order.js";
import { decodeBlocks, type Shape } from "./decode.js";
import { decodeFlac, parseStreamInfo } from "./flac_reader.js";
import { type OggPage, type OggState, oggPages } from "./ogg_pages.js";
import { decodeOpus, opusRate, parseOpusHead } from "./opus_reader.js";

type Codec = "vorbis" | "opus" | "flac";

/** One recording: its first page, and how to decode it. */
interface Link extends Shape {
  readonly codec: Codec;
  readonly page: OggPage;
  readonly frameCount?: number;
}

export async function readOgg(reader: ByteReader, warnings: string[]): Promise<DecodedAudio> {
  const state: OggState = { skippedBytes: 0, cutOff: false };
  const pages = oggPages(reader, state);
  const first = await nextLink(pages, reader.path);
  if (first === undefined) {
    throw new DivisiError(
      "unsupported",
      `${reader.path}: an Ogg file without Vorbis, Opus or FLAC audio`,
    );
  }

  async function* blocks(start: Link): AsyncGenerator<readonly Float32Array[]> {
    let link: Link | undefined = start;
    while (link !== undefined) {
      const progress: LinkProgress = { ended: false };
      yield* decodeLink(link, linkPages(link, pages, progress, reader.path), reader.path, warnings);
      if (!progress.ended && link.codec !== "flac") {
        warnings.push("the Ogg stream has no last page: the file is cut off or damaged");
      }
      link = progress.next ?? (progress.ended ? await nextLink(pages, reader.path) : undefined);
      if (link !== undefined && !fits(link, start)) {
        warnings.push(
          `a second recording in the file has ${link.channelCount} channels at ${link.sampleRate} ` +
            `Hz, not ${start.channelCount} at ${start.sampleRate}; it is left out`,
        );
        link = undefined;
      }
    }
    if (state.skippedBytes > 0) {
      const where = state.cutOff ? "the file is cut off" : "the file is damaged";
      warnings.push(`${state.skippedBytes} bytes belong to no whole Ogg page: ${where}`);
    }
  }

  return {
    format: first.codec,
    sampleRate: first.sampleRate,
    channelCount: first.channelCount,
    ...(first.frameCount === undefined ? {} : { frameCount: first.frameCount }),
    blocks: blocks(first),
  };
}

function fits(link: Link, start: Link): boolean {
  return (
    link.codec === start.codec &&
    link.sampleRate === start.sampleRate &&
    link.channelCount === start.channelCount
  );
}

interface LinkProgress {
  /** The link's last page has come. */
  ended: boolean;
  /** A link that began before this one had ended. */
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
    if (page.serial === link.page.serial) {
      progress.ended = page.last;
      started ||= !page.first;
      yield page;
      if (page.last) return;
    } else if (page.first && started) {
      // All beginnings of a link come before its data, so this is the next link's.
      const next = parseLink(page, path);
      if (next !== undefined) {
        progress.next = next;
        return;
      }
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
  if (starts("\x7fFLAC") && packet.length >= 51) {
    const { sampleRate, channelCount, frameCount } = parseStreamInfo(packet.subarray(17));
    const length = frameCount === undefined ? {} : { frameCount };
    return { codec: "flac", page, sampleRate, channelCount, ...length };
  }
  return undefined;
}

async function* decodeLink(
  link: Link,
  pages: AsyncIterable<OggPage>,
  path: string,
  warnings: string[],
): AsyncGenerator<readonly Float32Array[]> {
  if (link.codec === "opus") {
    yield* decodeOpus(parseOpusHead(link.page.body, path), pages, warnings);
    return;
  }
  if (link.codec === "flac") {
    const { sampleRate, channelCount, frameCount } = link;
    const info = { sampleRate, channelCount, frameCount };
    const flac = await decodeFlac(info, pageBytes(pages), warnings);
    try {
      yield* flac.blocks;
    } finally {
      flac.free?.();
    }
    return;
  }
  const decoder = new OggVorbisDecoder();
  await decoder.ready;
  try {
    for await (const block of decodeBlocks(decoder, pageBytes(pages), link, warnings)) {
      yield fromVorbisOrder(block);
    }
  } finally {
    decoder.free();
  }
}

async function* pageBytes(pages: AsyncIterable<OggPage>): AsyncGenerator<Uint8Array> {
  for await (const page of pages) yield page.bytes;
}
