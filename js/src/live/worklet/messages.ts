/** What pages and the processors of the AudioWorklet say to each other. */

import type { RingEnd } from "../ring/types.js";

/** To a processor, to end it. Any message after the first that it does not know does the same. */
interface Close {
  readonly type: "close";
}

/** Page to tap: where to write what is heard. */
export type TapMessage = { readonly type: "open"; readonly output: RingEnd } | Close;

/** Tap to page, once it hears. */
export interface TapReport {
  /** The frame of the context with which the tap's time, and so the stream's, begins. */
  readonly firstFrame: number;
}

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
      /** From the playback Worker. */
      readonly port: MessagePort;
      readonly channelCount: number;
      readonly stemCount: number;
    }
  /** As soon as this seek is over, and not before this frame of the context. */
  | { readonly type: "play"; readonly seek: number; readonly startFrame: number }
  | { readonly type: "pause" }
  | Close;
