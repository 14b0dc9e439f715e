/** Consecutive frames of one kind, with a decoder of their own. */

import type { MPEGDecoder } from "mpg123-decoder";
import { type DecodedBlock, readBytes } from "../audio_file.js";
import { quietly, type ReadReport } from "../read_report.js";
import { extent, type InfoTag } from "./info_tag.js";
import type { MpegFrame } from "./mpeg_frames.js";
import type { MpegHeader } from "./mpeg_header.js";

export class MpegPart {
  private pending: Uint8Array[] = [];
  private pendingBytes = 0;
  private frames = 0;
  private last: MpegFrame | undefined;
  /** Samples that came out of the decoder. */
  private decoded = 0;
  /** The newest blocks, held back while they may turn out to be padding. */
  private held: DecodedBlock[] = [];

  private constructor(
    readonly header: MpegHeader,
    private readonly tag: InfoTag | undefined,
    private readonly channelCount: number,
    private readonly report: ReadReport,
    private readonly decoder: MPEGDecoder,
  ) {}

  /** @param channelCount 1 or 2: what comes out, whatever the frames hold */
  static async create(
    header: MpegHeader,
    tag: InfoTag | undefined,
    channelCount: number,
    report: ReadReport,
  ): Promise<MpegPart> {
    // Loaded where it is needed only, as it takes time and fails where the working folder is gone.
    const { MPEGDecoder } = await import("mpg123-decoder");
    // The decoder's own trimming trusts the tag's number of frames, which may be wrong.
    const decoder = new MPEGDecoder({ enableGapless: false });
    await decoder.ready;
    return new MpegPart(header, tag, channelCount, report, decoder);
  }

  /** The recording's length as the tag tells it. */
  get announcedFrames(): number | undefined {
    const count = this.tag?.frameCount;
    if (count === undefined) return undefined;
    const { from, to } = extent(this.header, this.tag, count);
    return to - from;
  }

  async add(frame: MpegFrame): Promise<DecodedBlock[]> {
    this.frames += 1;
    this.last = frame;
    this.pending.push(frame.bytes);
    this.pendingBytes += frame.bytes.length;
    if (this.pendingBytes < readBytes / 2) return [];
    await this.decode();
    const mostPadding = this.tag?.padding?.behind ?? 0;
    const kept = this.held.findIndex((_, i) => framesOf(this.held.slice(i + 1)) < mostPadding);
    return this.held.splice(0, kept < 0 ? this.held.length : kept);
  }

  async finish(): Promise<DecodedBlock[]> {
    if (this.last === undefined) return [];
    // The decoder gives a frame out once it has seen what follows it: one without sound.
    this.pending.push(silentFrame(this.last));
    await this.decode();
    let excess = this.decoded - extent(this.header, this.tag, this.frames).to;
    while (excess > 0) {
      const block = this.held.pop();
      if (block === undefined) break;
      const count = framesOf([block]);
      if (count > excess) this.held.push(cut(block, 0, count - excess));
      excess -= count;
    }
    return this.held;
  }

  free(): void {
    this.decoder.free();
  }

  private async decode(): Promise<void> {
    const bytes = new Uint8Array(Buffer.concat(this.pending));
    this.pending = [];
    this.pendingBytes = 0;
    const { channelData, samplesDecoded, errors } = await quietly(() => this.decoder.decode(bytes));
    this.report.damage(errors);
    const { from } = extent(this.header, this.tag, 0);
    const skip = Math.max(0, Math.min(samplesDecoded, from - this.decoded));
    this.decoded += samplesDecoded;
    if (skip === samplesDecoded) return;
    // It always gives two channels; those of a mono frame are equal.
    const [left = new Float32Array(0), right = left] = channelData;
    const channels = this.channelCount === 1 ? [middle(left, right)] : [left, right];
    this.held.push(cut({ sampleRate: this.header.sampleRate, channels }, skip, samplesDecoded));
  }
}

function framesOf(blocks: readonly DecodedBlock[]): number {
  return blocks.reduce((sum, { channels }) => sum + (channels[0]?.length ?? 0), 0);
}

function cut({ sampleRate, channels }: DecodedBlock, from: number, to: number): DecodedBlock {
  return { sampleRate, channels: channels.map((channel) => channel.subarray(from, to)) };
}

function middle(left: Float32Array, right: Float32Array): Float32Array {
  return left.map((sample, i) => (sample + (right[i] ?? 0)) / 2);
}

/** A frame of the same kind whose side information is all zeros, which decodes to silence. */
function silentFrame({ bytes }: MpegFrame): Uint8Array {
  const frame = new Uint8Array(bytes.length);
  frame.set(bytes.subarray(0, 4));
  frame[1] = (frame[1] ?? 0) | 1; // no checksum
  return frame;
}
