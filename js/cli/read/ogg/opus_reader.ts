/** Decodes Opus packets (RFC 7845) through opus-decoder: pre-skip, end trimming and gain included. */

import { DivisiError } from "divisi";
import type { DecodedBlock, ReadReport } from "divisi/readers";
import { quietly } from "../quietly.js";
import { fromVorbisOrder } from "./channel_order.js";
import { type OggPage, PacketAssembler } from "./ogg_pages.js";

/** Opus always decodes at 48 kHz, whatever rate the encoder was given. */
export const opusRate = 48000;

interface OpusHead {
  readonly channelCount: number;
  readonly preSkip: number;
  readonly gain: number;
  readonly family: number;
  readonly streamCount: number;
  readonly coupledStreamCount: number;
  readonly mapping: readonly number[];
}

export function parseOpusHead(packet: Uint8Array, path: string): OpusHead {
  if (packet.length < 19) {
    throw new DivisiError("bad-audio", `${path}: an Opus header of ${packet.length} bytes, not 19`);
  }
  const view = new DataView(packet.buffer, packet.byteOffset, packet.length);
  const channelCount = packet[9] ?? 0;
  const family = packet[18] ?? 0;
  const common = {
    channelCount,
    preSkip: view.getUint16(10, true),
    gain: 10 ** (view.getInt16(16, true) / 256 / 20), // Q7.8 decibels
    family,
  };
  if (family === 0) {
    if (channelCount !== 1 && channelCount !== 2) {
      throw new DivisiError("bad-audio", `${path}: Opus mapping 0 with ${channelCount} channels`);
    }
    const mapping = channelCount === 2 ? [0, 1] : [0];
    return { ...common, streamCount: 1, coupledStreamCount: channelCount - 1, mapping };
  }
  if (family !== 1 && family !== 255) {
    throw new DivisiError(
      "unsupported",
      `${path}: Opus channel mapping family ${family} (0, 1 and 255 are read)`,
    );
  }
  const [streamCount, coupledStreamCount] = [packet[19] ?? 0, packet[20] ?? 0];
  const mapping = [...packet.subarray(21, 21 + channelCount)];
  const decoded = streamCount + coupledStreamCount;
  const valid =
    channelCount > 0 &&
    mapping.length === channelCount &&
    streamCount > 0 &&
    coupledStreamCount <= streamCount &&
    mapping.every((from) => from === 255 || from < decoded);
  if (!valid) {
    throw new DivisiError(
      "bad-audio",
      `${path}: an Opus header that maps ${streamCount} streams to [${mapping.join(", ")}]`,
    );
  }
  return { ...common, streamCount, coupledStreamCount, mapping };
}

/** @param pages of one Opus stream, from its header page on. */
export async function* decodeOpus(
  head: OpusHead,
  pages: AsyncIterable<OggPage>,
  report: ReadReport,
): AsyncGenerator<DecodedBlock> {
  const { OpusDecoder } = await import("opus-decoder");
  const decoder = new OpusDecoder({
    channels: head.channelCount,
    streamCount: head.streamCount,
    coupledStreamCount: head.coupledStreamCount,
    channelMappingTable: [...head.mapping],
  });
  await decoder.ready;
  const assembler = new PacketAssembler();
  let headersLeft = 2; // OpusHead and OpusTags
  let decodedFrames = 0;
  let startGranule: number | undefined;
  try {
    for await (const page of pages) {
      const packets = assembler.add(page);
      const headers = Math.min(headersLeft, packets.length);
      headersLeft -= headers;
      const audio = packets.slice(headers);
      if (audio.length === 0) continue;
      const { channelData, samplesDecoded, errors } = await quietly(() =>
        decoder.decodeFrames(audio),
      );
      report.damage(errors);
      // A recording cut out of a longer one starts at a later granule, which is no silence. On a
      // first page that is also the last, a smaller granule means trimming instead.
      startGranule ??= page.last ? 0 : Math.max(0, page.granule - samplesDecoded);
      const from = Math.max(0, Math.min(samplesDecoded, head.preSkip - decodedFrames));
      const to =
        page.last && page.granule >= 0
          ? Math.min(samplesDecoded, page.granule - startGranule - decodedFrames)
          : samplesDecoded;
      decodedFrames += samplesDecoded;
      if (to <= from) continue;
      const ordered = head.family === 1 ? fromVorbisOrder(channelData) : channelData;
      const channels = ordered.map((channel) => scaled(channel.subarray(from, to), head.gain));
      yield { sampleRate: opusRate, channels };
    }
  } finally {
    decoder.free();
  }
}

function scaled(channel: Float32Array, gain: number): Float32Array {
  return gain === 1 ? channel : channel.map((sample) => sample * gain);
}
