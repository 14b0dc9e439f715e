/** What pages, Workers and AudioWorklets of the live classes say to each other. */

import type { Failure } from "../../engine/protocol/calls.js";
import type { TagRow } from "../../types.js";
import type { RingEnd } from "../ring/ring.js";

/** To a processor, to end it. Any message after the first that it does not know does the same. */
interface Close {
  readonly type: "close";
}

/** Page to tap: where to write what is heard. */
export type TapMessage = { readonly type: "open"; readonly output: RingEnd } | Close;

/** Page to live processor. */
export type LiveMessage =
  | {
      readonly type: "open";
      /** What is heard goes here... */
      readonly output: RingEnd;
      /** ...and comes back from here as stems: [stem][channel] one after the other. */
      readonly input: RingEnd;
      readonly channelCount: number;
      readonly stemCount: number;
      /** From an input frame to its stems, in frames. */
      readonly latencyFrames: number;
    }
  | Close;

/** Live processor to page, whenever stems begin or cease to be missing. */
export interface LiveReport {
  /** How often stems have been missing, and for how many frames in all. */
  underruns: number;
  missingFrames: number;
  /** Whether they are missing now. */
  overloaded: boolean;
}

/** Page to player processor. */
export type PlayerMessage =
  | {
      readonly type: "open";
      /** [stem][channel] one after the other, then the mix. */
      readonly input: RingEnd;
      /** From the feeder. */
      readonly port: MessagePort;
      readonly channelCount: number;
      readonly stemCount: number;
    }
  /** As soon as this seek is over. */
  | { readonly type: "play"; readonly seek: number }
  | { readonly type: "pause" }
  | Close;

/** Feeder to player processor; counters are those of the ring. */
export type FeederMark =
  /** Frames before `at` are not to be heard any more. */
  | { readonly type: "skip"; readonly at: number; readonly seek: number }
  /** To stand still, if it does, until the next jump: what waits in the ring is to be renewed. */
  | { readonly type: "hold" }
  /** The song ends before `at`. */
  | { readonly type: "end"; readonly at: number };

/** Player processor to page and feeder: where it is. */
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

/** Tagger's loop to page. */
export type TaggerNews =
  | { readonly type: "row"; readonly row: TagRow; readonly endSeconds: number }
  | { readonly type: "failure"; readonly failure: Failure };

/** Separator's loop to page. */
export type SeparatorNews =
  | { readonly type: "failure"; readonly failure: Failure }
  /** Seconds of computing for a second of sound. */
  | { readonly type: "load"; readonly load: number };

/** Page to feeder. */
export type FeederMessage =
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
  | { readonly type: "seek"; readonly frame: number; readonly seek: number }
  | { readonly type: "loop"; readonly loop: LoopFrames | undefined };

/** Frames from `begin` up to, but not including, `end`. */
export interface LoopFrames {
  readonly begin: number;
  readonly end: number;
}
