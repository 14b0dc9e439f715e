/** What a listener's own tags are made of. */

/** Music that was marked: a track of a collection, or a Tagger's result with an id and its model. */
export interface Marked {
  /** The app's own name for the music. */
  readonly id: string;
  /** The model that made the embedding. */
  readonly model: string;
  /** What the model made of the music. */
  readonly embedding: ArrayLike<number>;
}

/** How far the learning of a tag has come. */
export interface TagStatus {
  /** The tag's. */
  readonly name: string;
  /** Tracks marked as fitting. */
  readonly fitting: number;
  /** Tracks marked as not fitting. */
  readonly notFitting: number;
  /** Whether the tag can give scores: from 3 examples each way. */
  readonly ready: boolean;
  /**
   * How often it is right about examples that it has not seen (leave one out; both ways weigh the
   * same): 0.5 is guessing. Undefined until it is ready.
   */
  readonly accuracy: number | undefined;
}

/** How a listener's own tag judges music. */
export interface TagJudgement {
  /** How well the tag fits: 0 not at all, 1 wholly; from 0.5 up it rather does than not. */
  readonly score: number;
  /** The estimated chance that this verdict is right: 0.5 is a guess, 1 is certain. */
  readonly confidence: number;
}
