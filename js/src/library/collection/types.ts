/** What is asked of a collection, and how it is opened. */

/** What has the embedding of a piece of music: a track, a Tagger's result. */
export interface Embedded {
  /** What the collection's model made of the music. */
  readonly embedding: ArrayLike<number>;
}

/** At least one of `like` and `tags`. */
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
  /** The most answers. Default 20; Infinity for all. */
  readonly limit?: number;
}

/** A track found, and how well it fits: from -1 (not at all) to 1. */
export interface Match {
  /** The track's. */
  readonly id: string;
  /** The track's, where it has one. */
  readonly title?: string;
  /** What matches are sorted by: `likeness`, `tagFit`, or the mean of both. */
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
