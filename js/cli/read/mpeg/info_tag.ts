/** Frames that hold no audio but words about the rest: Xing's, Info, with LAME's part, and VBRI. */

import type { MpegHeader } from "divisi/readers";
import type { MpegFrame } from "./mpeg_frames.js";

/** Samples by which every decoder of layer III lags behind, as encoders count it. */
const decoderDelay = 529;
const vbriOffset = 36;

export interface InfoTag {
  /** MP3 frames that follow, where it is said. */
  readonly frameCount: number | undefined;
  /** Samples that the encoder put before and behind the recording; undefined where it isn't said. */
  readonly padding: { readonly before: number; readonly behind: number } | undefined;
}

export function infoTag({ header, bytes }: MpegFrame): InfoTag | undefined {
  if (latin1(bytes, vbriOffset, 4) === "VBRI") return { frameCount: undefined, padding: undefined };
  const at = header.tagOffset;
  const id = latin1(bytes, at, 4);
  if ((id !== "Xing" && id !== "Info") || at + 12 > bytes.length) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const flags = view.getUint32(at + 4);
  const frameCount = (flags & 1) === 0 ? undefined : view.getUint32(at + 8);
  // What the flags announce comes before the encoder's own part: frames, bytes, table, quality.
  const sizes = [4, 4, 100, 4].map((size, bit) => ((flags >> bit) & 1) * size);
  const lame = at + 8 + sizes.reduce((sum, size) => sum + size, 0);
  return { frameCount, padding: encoderPadding(bytes, lame) };
}

/** @param at where the encoder's name stands, where there is one */
function encoderPadding(bytes: Uint8Array, at: number): InfoTag["padding"] {
  if (at + 24 > bytes.length || !/^[\x20-\x7e]{4}/.test(latin1(bytes, at, 4))) return undefined;
  const [a = 0, b = 0, c = 0] = bytes.subarray(at + 21, at + 24);
  return { before: (a << 4) | (b >> 4), behind: ((b & 0xf) << 8) | c };
}

/** The samples of a stretch of frames that are the recording's own, as its tag tells. */
export function extent(
  header: MpegHeader,
  tag: InfoTag | undefined,
  frames: number,
): { readonly from: number; readonly to: number } {
  const end = frames * header.samplesPerFrame;
  const { padding, frameCount } = tag ?? {};
  if (padding === undefined) return { from: 0, to: end };
  // Padding stands behind the last frame; where frames are missing, so does that.
  const behind = frameCount === undefined || frames >= frameCount ? padding.behind : 0;
  return {
    from: padding.before + decoderDelay,
    to: end - Math.max(0, behind - decoderDelay),
  };
}

function latin1(bytes: Uint8Array, from: number, length: number): string {
  return String.fromCharCode(...bytes.subarray(from, from + length));
}
