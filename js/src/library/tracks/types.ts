/** What a collection holds. */

/** One tag of a track as the Tagger gives it: a score from 0 to 1. */
export interface TagScore {
  readonly name: string;
  readonly score: number;
}

/** A track to be added. A Tagger's result has `tags` and `embedding`: `{ id, model, ...result }`. */
export interface TrackInput {
  /** The app's own name for the track: a path, a key, anything but the empty string. */
  readonly id: string;
  readonly title?: string | undefined;
  /** The model that made tags and embedding: its name in the catalogue, or the app's name for it. */
  readonly model: string;
  /** Scores from 0 to 1. */
  readonly tags: Readonly<Record<string, number>> | readonly TagScore[];
  readonly embedding: ArrayLike<number>;
}

/** A track as the collection keeps it; not to be changed: add it anew instead. */
export interface Track {
  readonly id: string;
  readonly title?: string;
  readonly model: string;
  readonly tags: Readonly<Record<string, number>>;
  readonly embedding: Float32Array;
}

/** One mark of the listener's. */
export interface Example {
  readonly tag: string;
  readonly id: string;
  readonly model: string;
  /** Whether the tag fits this music. */
  readonly fits: boolean;
  readonly embedding: Float32Array;
}
