/** Consecutive frames of one kind, with a decoder of their own. */

import type { DecodedBlock, MpegHeader, ReadReport } from "divisi/readers";
import { extent, type InfoTag } from "./info_tag.js";
import { largestInput, Mp3Decoder } from "./mp3_decoder.js";
import type { MpegFrame } from "./mpeg_frames.js";

/** Frames decoded at once: enough to tell the size of the first one in free format. */
const batchFrames = 14;

export class MpegPart {
  #pending: MpegFrame[] = [];
  #frames = 0;
  /** Samples that came out of the decoder. */
  #decoded = 0;
  /** The newest blocks, held back while they may turn out to be padding. */
  #held: DecodedBlock[] = [];

  readonly #tag: InfoTag | undefined;
  readonly #report: ReadReport;
  readonly #decoder: Mp3Decoder;

  private constructor(
    readonly header: MpegHeader,
    tag: InfoTag | undefined,
    report: ReadReport,
    decoder: Mp3Decoder,
  ) {
    this.#tag = tag;
    this.#report = report;
    this.#decoder = decoder;
  }

  static async create(
    header: MpegHeader,
    tag: InfoTag | undefined,
    report: ReadReport,
  ): Promise<MpegPart> {
    return new MpegPart(header, tag, report, await Mp3Decoder.create());
  }

  /** The recording's length as the tag tells it. */
  get announcedFrames(): number | undefined {
    const count = this.#tag?.frameCount;
    if (count === undefined) return undefined;
    const { from, to } = extent(this.header, this.#tag, count);
    return to - from;
  }

  add(frame: MpegFrame): DecodedBlock[] {
    this.#pending.push(frame);
    if (this.#pending.length < batchFrames) return [];
    this.#decode();
    const mostPadding = this.#tag?.padding?.behind ?? 0;
    const kept = this.#held.findIndex((_, i) => framesOf(this.#held.slice(i + 1)) < mostPadding);
    return this.#held.splice(0, kept < 0 ? this.#held.length : kept);
  }

  finish(): DecodedBlock[] {
    this.#decode();
    let excess = this.#decoded - extent(this.header, this.#tag, this.#frames).to;
    while (excess > 0) {
      const block = this.#held.pop();
      if (block === undefined) break;
      const count = framesOf([block]);
      if (count > excess) this.#held.push(cut(block, 0, count - excess));
      excess -= count;
    }
    return this.#held;
  }

  #decode(): void {
    const blocks = this.#pending.map((frame, i) => this.#decodeFrame(frame, i));
    this.#pending = [];
    // One block for as long as the channel count stays the same.
    for (let i = 0; i < blocks.length; ) {
      let end = i + 1;
      while (end < blocks.length && blocks[end]?.length === blocks[i]?.length) end += 1;
      this.#hold(joined(blocks.slice(i, end)));
      i = end;
    }
  }

  #decodeFrame({ header, bytes }: MpegFrame, index: number): Float32Array[] {
    const input =
      this.#frames === 0
        ? Buffer.concat(this.#pending.slice(index).map((frame) => frame.bytes)).subarray(
            0,
            largestInput,
          )
        : bytes;
    const channels = this.#decoder.decode(input);
    this.#frames += 1;
    if (channels.length > 0) return channels;
    // The first frames of a piece that was cut out lean on ones that aren't there: that is no damage.
    if (this.#decoded > 0) this.#report.damage([{ message: "an MP3 frame that can't be decoded" }]);
    const silence = () => new Float32Array(header.samplesPerFrame);
    return Array.from({ length: header.channelCount }, silence);
  }

  #hold(channels: readonly Float32Array[]): void {
    const block = { sampleRate: this.header.sampleRate, channels };
    const count = framesOf([block]);
    const { from } = extent(this.header, this.#tag, 0);
    const skip = Math.max(0, Math.min(count, from - this.#decoded));
    this.#decoded += count;
    if (skip < count) this.#held.push(cut(block, skip, count));
  }
}

function framesOf(blocks: readonly DecodedBlock[]): number {
  return blocks.reduce((sum, { channels }) => sum + (channels[0]?.length ?? 0), 0);
}

function cut({ sampleRate, channels }: DecodedBlock, from: number, to: number): DecodedBlock {
  return { sampleRate, channels: channels.map((channel) => channel.subarray(from, to)) };
}

function joined(blocks: readonly Float32Array[][]): Float32Array[] {
  return (blocks[0] ?? []).map((_, channel) => {
    const parts = blocks.map((block) => block[channel] ?? new Float32Array(0));
    const whole = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of parts) {
      whole.set(part, at);
      at += part.length;
    }
    return whole;
  });
}
