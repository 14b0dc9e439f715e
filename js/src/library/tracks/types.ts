/** What a collection holds. */

/** One tag of a track as the Tagger gives it: a score from 0 to 1. */
export interface TagScore {
  /** The tag's. */
  readonly name: string;
  /** From 0 to 1. */
  readonly score: number;
}

/** A track to be added. A Tagger's result has `tags` and `embedding`: `{ id, model, ...result }`. */
export interface TrackInput {
  /** The app's own name for the track: a path, a key, anything but the empty string. */
  readonly id: string;
  /** What the app shows it as. */
  readonly title?: string | undefined;
  /** The model that made tags and embedding: its name in the catalogue, or the app's name for it. */
  readonly model: string;
  /** Scores from 0 to 1. */
  readonly tags: Readonly<Record<string, number>> | readonly TagScore[];
  /** What the model made of the music: its length is the model's. */
  readonly embedding: ArrayLike<number>;
}

/** A track as the collection keeps it; not to be changed: add it anew instead. */
export interface Track {
  /** The app's own name for the track. */
  readonly id: string;
  /** What the app shows it as. */
  readonly title?: string;
  /** The model that made tags and embedding. */
  readonly model: string;
  /** Scores from 0 to 1 by tag. */
  readonly tags: Readonly<Record<string, number>>;
  /** What the model made of the music. */
  readonly embedding: Float32Array;
}

/** One mark of the listener's. */
export interface Example {
  /** The listener's word. */
  readonly tag: string;
  /** The app's own name for the music. */
  readonly id: string;
  /** The model that made the embedding. */
  readonly model: string;
  /** Whether the tag fits this music. */
  readonly fits: boolean;
  /** What the model made of the music. */
  readonly embedding: Float32Array;
}
