/** What is asked of a collection, and how it is opened. */

import type { TrackKey } from "../tracks/types.js";

/** What has the embedding of a piece of music: a track, a Tagger's result. */
export interface Embedded {
  /** What the collection's model made of the music. */
  readonly embedding: ArrayLike<number>;
}

/**
 * What is looked for. `like` and `tags` say what answers are sorted by; `tempo`, `key` and `loudness`
 * are conditions, which a track that has no such value doesn't meet. At least one of these five.
 */
export interface Query {
  /**
   * Music that sounds like this: the id of a track of the collection, which is then not among the
   * answers, or the embedding of any music heard by the collection's model (a Tagger's result will
   * do).
   */
  readonly like?: string | ArrayLike<number> | Embedded;
  /**
   * How much each tag is wanted (positive) or not wanted (negative): `{ happy: 1, vocal: -1 }`.
   * Tags of the model, and the listener's own of `collection.personalTags`; of two with one name
   * the listener's own counts.
   */
  readonly tags?: Readonly<Record<string, number>>;
  /** Beats a minute, from and to; both belong to it: `[118, 124]`, `[140, Infinity]`. */
  readonly tempo?: readonly [from: number, to: number];
  /** Take tracks of half and of double that tempo, too. Default false. */
  readonly tempoOctaves?: boolean;
  /** "A minor", "Bb major", or the key of a track. */
  readonly key?: string | Pick<TrackKey, "tonic" | "mode">;
  /**
   * Take neighbours on the circle of fifths, too: the relative key, and those a fifth up and down.
   * Default false.
   */
  readonly harmonic?: boolean;
  /** Integrated loudness in LUFS, from and to; both belong to it: `[-16, -9]`. */
  readonly loudness?: readonly [from: number, to: number];
  /** The most answers. Default 20; Infinity for all. */
  readonly limit?: number;
}

/** A track found, and how well it fits: from -1 (not at all) to 1. */
export interface Match {
  /** The track's. */
  readonly id: string;
  /** The track's, where it has one. */
  readonly title?: string;
  /**
   * What matches are sorted by: `likeness`, `tagFit`, or the mean of both. Without `like` and `tags`
   * the mean of the conditions, 1 for one that is met as it is, 0.5 through half or double tempo or a
   * neighbouring key; equals in the order in which they were added.
   */
  readonly score: number;
  /** Cosine similarity of the standardised embeddings; with `like`. */
  readonly likeness?: number;
  /** Weighted mean over the tags wanted, 0 being as usual for music; with `tags`. */
  readonly tagFit?: number;
}

/** Which collection is opened. */
export interface CollectionOptions {
  /** A collection of this name is kept by the browser, and opened again by its name. */
  readonly name: string;
}

/** How a document is taken in. */
export interface ImportOptions {
  /** Forget everything there is first. Default: add to it; what has the same id is replaced. */
  readonly replace?: boolean;
}
