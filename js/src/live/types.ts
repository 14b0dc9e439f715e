/** The public types of the live classes. */

import type { DivisiError } from "../base/errors.js";
import type {
  AudioInput,
  SeparationQuality,
  SeparatorOptions,
  Tag,
  TaggerOptions,
  Taggram,
} from "../types.js";

/**
 * How samples travel between Worker and AudioWorklet: "shared" memory (needs a cross-origin isolated
 * page) or "messages". "auto" (default) takes shared memory where the page has it.
 */
export type LiveTransport = "auto" | "shared" | "messages";

/** What all live classes take beside the model. */
export interface LiveOptions {
  /** Where the AudioWorklet's script lies, when the app serves it from elsewhere. */
  readonly workletUrl?: string | URL;
  /** Default "auto". */
  readonly transport?: LiveTransport;
  /** Channels of the node, 1 to 8; what comes in is up- or down-mixed to them. Default 2. */
  readonly channelCount?: number;
}

export interface LiveTaggerOptions extends TaggerOptions, LiveOptions {
  /** Seconds from one row to the next, as in `TagOptions`. Default 1, rounded to the model's frames. */
  readonly hopSeconds?: number;
  /** How many seconds of rows `taggram` keeps. Default 30. */
  readonly historySeconds?: number;
}

/** What LiveTagger heard in the last patch. */
export interface LiveTags {
  /** Where the patch starts and ends, in seconds heard since the tagger was made. */
  readonly startSeconds: number;
  readonly endSeconds: number;
  /** From 0 to 1 for each of the tagger's labels, in their order. */
  readonly scores: Float32Array;
  readonly embedding: Float32Array;
  /** The tags of the patch, highest score first. */
  readonly tags: readonly Tag[];
  /** The last `historySeconds`, this patch included. */
  readonly taggram: Taggram;
}

export interface LiveTaggerEvents {
  tags: CustomEvent<LiveTags>;
  /** Tagging has ended, sound still passes through. */
  error: CustomEvent<DivisiError>;
}

/** Seconds of delay that a live separation may take: see the table in docs/live.md. */
export type LiveLatency = 2 | 1.5 | 1 | 0.7 | 0.5;

export interface LiveSeparatorOptions extends Omit<SeparatorOptions, "workers">, LiveOptions {
  /**
   * The nominal delay: less costs more computing and some quality. Default 2. What it comes to is
   * `LiveSeparator.latency`.
   */
  readonly latency?: LiveLatency;
  /**
   * Seconds that are added to the delay so that the device has time to compute: what a run of the
   * networks takes, and what it may be kept waiting. From 0.05 to 2. Default: half of what lies
   * between two runs, so that a device copes whose `load` is below a half.
   */
  readonly headroomSeconds?: number;
}

export interface LiveSeparatorEvents {
  /** Stems did not come in time: the mix is heard, as late as stems would be. */
  overload: Event;
  /** Stems are heard again. */
  recovery: Event;
  /** Separation has ended: the mix is heard from now on. */
  error: CustomEvent<DivisiError>;
}

/** A song: a file, a URL, or audio that is decoded already. */
export type SongSource = AudioInput | Blob | string | URL;

export interface StemPlayerOptions extends SeparatorOptions, LiveOptions {
  /**
   * The most memory, in bytes, that computed stems may take; what does not fit is computed again
   * when it is played again. Default 256 MiB: six minutes of two
   * stereo stems at 44.1 kHz.
   */
  readonly maxStemBytes?: number;
  /** As in `SeparateOptions`. */
  readonly quality?: SeparationQuality;
}

export interface LoadSongOptions {
  readonly signal?: AbortSignal;
}

/** A stretch of the song, in seconds. */
export interface SongRange {
  readonly start: number;
  readonly end: number;
}

export interface StemPlayerEvents {
  /** A song is there: `duration` is known, and it can be played. */
  loadedmetadata: Event;
  play: Event;
  pause: Event;
  seeking: Event;
  seeked: Event;
  /** About four times a second while the song moves on. */
  timeupdate: Event;
  ended: Event;
  /** More of the song is ready, or some of it was given up: see `ready`. */
  progress: Event;
  /** The sound had to pause because even the mix did not come in time: see `underruns`. */
  waiting: Event;
  /** Computing failed; the mix plays on. */
  error: CustomEvent<DivisiError>;
}
