/** The public types of StemPlayer. */

import type { AudioInput } from "../audio/types.js";
import type { DivisiError } from "../base/errors.js";
import type { LiveOptions } from "../live/types.js";
import type { ModelSource } from "../models/types.js";
import type {
  SeparationQuality,
  SeparationResult,
  SeparatorOptions,
  StemReader,
  StemStore,
} from "../separation/types.js";

/** A song: a file, a URL, or audio that is decoded already. */
export type SongSource = AudioInput | Blob | string | URL;

/** How a StemPlayer is made. */
export interface StemPlayerOptions<Model extends ModelSource = ModelSource>
  extends SeparatorOptions<Model>,
    LiveOptions {
  /**
   * The names of the model's stems, in its order, so that the player need not wait for it. Known of the
   * catalogue's models; for others the player is made when the model is there, unless they are given.
   */
  readonly stems?: readonly string[];
  /**
   * The most memory, in bytes, that computed stems may take; what does not fit is computed again
   * when it is played again. Default 256 MiB: six minutes of two
   * stereo stems at 44.1 kHz.
   */
  readonly maxStemBytes?: number;
  /** As in `SeparateOptions`. */
  readonly quality?: SeparationQuality;
}

/**
 * Stems that need not be computed, at the context's rate and with the player's channels: those of the
 * whole song as `Separator.separate` gives them, or where to read those that there are.
 */
export type ExistingStems = SeparationResult["stems"] | StemReader | StemStore;

/** What is known of a song beforehand, and how its loading is given up. */
export interface LoadSongOptions {
  /**
   * Stems of this song that exist. What is missing is computed; a StemStore is given all of that, and
   * is asked for what the player had to give up for want of memory.
   */
  readonly stems?: ExistingStems;
  /**
   * Title, artist, album and artwork for the system's media controls, whose keys (play, pause, stop,
   * seek) then work the player while the song is loaded: see `docs/live.md`. Default: none.
   */
  readonly media?: MediaMetadataInit;
  /** Aborting it rejects with its reason; the song before it stays. */
  readonly signal?: AbortSignal;
}

/** How ready stems are read. */
export interface StemBlocksOptions {
  /** Aborting it rejects with its reason. */
  readonly signal?: AbortSignal;
}

/** How a song is started. */
export interface PlayOptions {
  /**
   * The context's time at which the song is to go on, as for `AudioScheduledSourceNode.start`: so it
   * keeps time with other sounds. It starts with the first render quantum (128 frames) that begins
   * then or later; as soon as it can where that is past, or the song is not there yet. Default: as
   * soon as it can.
   */
  readonly at?: number;
}

/** A stretch of the song, in seconds. */
export interface SongRange {
  /** Where it begins. */
  readonly start: number;
  /** Where it ends. */
  readonly end: number;
}

/** The events of a StemPlayer: those of media elements. */
export interface StemPlayerEvents {
  /** A song is there: `duration` is known, and it can be played. */
  loadedmetadata: Event;
  /** It is to play; the sound follows as soon as it is there. */
  play: Event;
  /** It is not to play any more. */
  pause: Event;
  /** It is on its way to another place. */
  seeking: Event;
  /** It has come to the other place. */
  seeked: Event;
  /** About four times a second while the song moves on. */
  timeupdate: Event;
  /** The song has come to its end. */
  ended: Event;
  /** More of the song is ready, or some of it was given up: see `ready`. */
  progress: Event;
  /** The sound had to pause because even the mix did not come in time: see `underruns`. */
  waiting: Event;
  /** `volume` has changed. */
  volumechange: Event;
  /** The model could not be loaded, or computing failed; the mix plays on. */
  error: CustomEvent<DivisiError>;
}
