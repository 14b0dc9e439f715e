/** The public types of StemPlayer. */

import type { AudioInput } from "../audio/types.js";
import type { DivisiError } from "../base/errors.js";
import type { LiveOptions } from "../live/types.js";
import type { SeparationQuality, SeparatorOptions } from "../separation/types.js";

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
