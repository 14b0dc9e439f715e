/**
 * Reads MP3 (MPEG audio layers I to III) through miniaudio's decoder. Frames are cut out of the file here,
 * and every stretch of one kind gets a decoder of its own: joined files stay whole, whatever their
 * rates. Where a LAME tag tells the encoder's delay and padding, both are removed, so that the length
 * is that of the original recording.
 */

import {
  type ByteReader,
  type DecodedAudio,
  type DecodedBlock,
  type MpegHeader,
  parseMpegHeader,
  type ReadReport,
} from "divisi/readers";
import { extent, type InfoTag, infoTag } from "./info_tag.js";
import { type FrameFaults, mpegFrames } from "./mpeg_frames.js";
import { MpegPart } from "./mpeg_part.js";

/** @param reader at the first frame */
export async function readMp3(reader: ByteReader, report: ReadReport): Promise<DecodedAudio> {
  const shape = await survey(reader);
  return { format: "mp3", ...shape, blocks: decodeFrames(reader, report) };
}

/**
 * Looks through a file's frames for the widest form and the exact length; of a pipe only the first
 * frame can be seen before it is decoded.
 */
async function survey(reader: ByteReader) {
  if (reader.size === undefined) {
    const { sampleRate = 0, channelCount = 0 } = parseMpegHeader(await reader.peek(4), 0) ?? {};
    return { sampleRate, channelCount };
  }
  const start = reader.position;
  let [sampleRate, channelCount, frameCount, frames] = [0, 0, 0, 0];
  let part: { readonly header: MpegHeader; readonly tag: InfoTag | undefined } | undefined;
  const endPart = () => {
    if (part === undefined || frames === 0) return;
    const { from, to } = extent(part.header, part.tag, frames);
    frameCount += Math.round((Math.max(0, to - from) * sampleRate) / part.header.sampleRate);
    frames = 0;
  };
  for await (const frame of mpegFrames(reader, { damaged: 0, cutOff: false })) {
    const { header } = frame;
    const tag = infoTag(frame);
    if (tag !== undefined || header.kind !== part?.header.kind) {
      endPart();
      part = { header, tag };
    }
    if (tag !== undefined) continue;
    frames += 1;
    sampleRate ||= header.sampleRate;
    channelCount = Math.max(channelCount, header.channelCount);
  }
  endPart();
  reader.rewind(start);
  return { sampleRate, channelCount, frameCount };
}

async function* decodeFrames(reader: ByteReader, report: ReadReport): AsyncGenerator<DecodedBlock> {
  const faults: FrameFaults = { damaged: 0, cutOff: false };
  const frames: FrameCount = { first: undefined, decoded: 0 };
  let part: MpegPart | undefined;
  for await (const frame of mpegFrames(reader, faults)) {
    const tag = infoTag(frame);
    if (part === undefined || tag !== undefined || frame.header.kind !== part.header.kind) {
      if (part !== undefined) yield* counted(part.finish(), frames);
      part = await MpegPart.create(frame.header, tag, report);
      frames.first ??= part;
    }
    if (tag === undefined) yield* counted(part.add(frame), frames);
  }
  if (part !== undefined) yield* counted(part.finish(), frames);
  const lost = Array.from({ length: faults.damaged }, () => ({ message: "no MP3 frame there" }));
  report.damage(lost);
  if (faults.cutOff) report.warn(cutOffWarning(frames));
}

interface FrameCount {
  first: MpegPart | undefined;
  decoded: number;
}

function* counted(blocks: readonly DecodedBlock[], count: FrameCount): Generator<DecodedBlock> {
  for (const block of blocks) {
    count.decoded += block.channels[0]?.length ?? 0;
    yield block;
  }
}

function cutOffWarning({ first, decoded }: FrameCount): string {
  const announced = first?.announcedFrames;
  return announced === undefined || announced <= decoded
    ? "the last MP3 frame is not complete: the file is cut off"
    : `${decoded} of ${announced} frames could be decoded: the file is cut off`;
}
