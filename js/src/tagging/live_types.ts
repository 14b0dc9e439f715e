/** The public types of LiveTagger. */

import type { DivisiError } from "../base/errors.js";
import type { LiveOptions } from "../live/types.js";
import type { Tag, TaggerOptions, Taggram } from "./types.js";

/** How a LiveTagger is made. */
export interface LiveTaggerOptions extends TaggerOptions, LiveOptions {
  /** Seconds from one row to the next, as in `TagOptions`. Default 1, rounded to the model's frames. */
  readonly hopSeconds?: number;
  /** How many seconds of rows `taggram` keeps. Default 30. */
  readonly historySeconds?: number;
}

/** What LiveTagger heard in the last patch. */
export interface LiveTags {
  /** Where the patch starts, in seconds heard since the tagger was made. */
  readonly startSeconds: number;
  /** Where the patch ends, in the same seconds. */
  readonly endSeconds: number;
  /** From 0 to 1 for each of the tagger's labels, in their order. */
  readonly scores: Float32Array;
  /** Describes the sound; compared between recordings. */
  readonly embedding: Float32Array;
  /** The tags of the patch, highest score first. */
  readonly tags: readonly Tag[];
  /** The last `historySeconds`, this patch included. */
  readonly taggram: Taggram;
}

/** The events of a LiveTagger. */
export interface LiveTaggerEvents {
  /** A patch was heard. */
  tags: CustomEvent<LiveTags>;
  /** Tagging has ended, sound still passes through. */
  error: CustomEvent<DivisiError>;
}
