/** What the page, the playback Worker and the player processor say to each other. */

import type { RingEnd } from "../ring/types.js";

/** Playback Worker to player processor; counters are those of the ring. */
export type PlaybackMark =
  /** Frames before `at` are not to be heard any more. */
  | { readonly type: "skip"; readonly at: number; readonly seek: number }
  /** To stand still, if it does, until the next jump: what waits in the ring is to be renewed. */
  | { readonly type: "hold" }
  /** The song ends before `at`. */
  | { readonly type: "end"; readonly at: number };

/** Player processor to page and playback Worker: where it is. */
export interface PlayerReport {
  /** Frame of the song that is heard at the start of the quantum that begins at `contextFrame`. */
  songFrame: number;
  contextFrame: number;
  /** Whether the song moves on. */
  moving: boolean;
  /** The last seek that is over. */
  seek: number;
  /** Frames were missing: how often so far. */
  underruns: number;
  ended: boolean;
  /** It stands still, and has answered `hold`. */
  held: boolean;
}

/** Page to playback Worker. */
export type PlaybackMessage =
  /** A song, of which nothing is there yet; it stands at its beginning. */
  | {
      readonly type: "song";
      readonly frameCount: number;
      /** The frame after each chunk's last. */
      readonly chunkEnds: readonly number[];
      readonly seek: number;
    }
  | { readonly type: "unload" }
  | { readonly type: "mix"; readonly start: number; readonly channels: Float32Array<ArrayBuffer>[] }
  /** [stem][channel][frame] */
  | {
      readonly type: "stems";
      readonly start: number;
      readonly stems: Float32Array<ArrayBuffer>[][];
    }
  | { readonly type: "drop"; readonly chunk: number }
  /** The model is there: chunks are its own from now on. */
  | { readonly type: "chunks"; readonly chunkEnds: readonly number[] }
  /** Asks for stems, which `port` gets as PlaybackStems. */
  | {
      readonly type: "read";
      readonly begin: number;
      readonly end: number;
      readonly port: MessagePort;
    }
  | { readonly type: "seek"; readonly frame: number; readonly seek: number }
  | { readonly type: "loop"; readonly loop: LoopFrames | undefined };

/** Copies, [stem * channelCount + channel]; undefined where some of the frames are not ready. */
export type PlaybackStems = Float32Array<ArrayBuffer>[] | undefined;

/** Frames from `begin` up to, but not including, `end`. */
export interface LoopFrames {
  readonly begin: number;
  readonly end: number;
}

export interface PlaybackOptions {
  /** To the player processor: [stem][channel], then the mix's channels. */
  readonly output: RingEnd;
  /** To the player processor and back: marks and reports. */
  readonly marks: MessagePort;
  /** From the page. */
  readonly port: MessagePort;
  readonly channelCount: number;
  readonly stemCount: number;
  readonly sampleRate: number;
}

/** What a processor reports before it has heard of a song. */
export const initialReport: Readonly<PlayerReport> = {
  songFrame: 0,
  contextFrame: 0,
  moving: false,
  seek: 0,
  underruns: 0,
  ended: false,
  held: false,
};
