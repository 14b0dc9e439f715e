/** The public types of tagging. */

import type { OnProgress } from "../base/types.js";
import type { EngineOptions, LoadOptions } from "../engine/pool/types.js";
import type { TagLabel } from "../models/types.js";

/** How a Tagger is made. */
export interface TaggerOptions extends EngineOptions, LoadOptions {}

/** How one piece of music is tagged. */
export interface TagOptions {
  /**
   * Seconds from one patch to the next, up to the model's patch (musicnn: 3 s); rounded to the
   * model's frames (16 ms). A shorter hop gives a finer taggram and takes longer. Default: the
   * model's own (musicnn: patches one after the other).
   */
  readonly hopSeconds?: number;
  /** Aborting it rejects with its reason, and ends the work. */
  readonly signal?: AbortSignal;
  /** Counts the frames that were heard. */
  readonly onProgress?: OnProgress;
}

/** One patch of the music. */
export interface TagRow {
  /** Where the patch starts in the audio. */
  readonly startSeconds: number;
  /** From 0 to 1 for each of the tagger's labels, in their order. */
  readonly scores: Float32Array;
  /** Describes the sound; compared between recordings. */
  readonly embedding: Float32Array;
}

/** A tag of a piece of music. */
export interface Tag extends TagLabel {
  /** From 0 to 1: the mean over the patches of what the model says. Small and uneven between tags. */
  readonly score: number;
  /**
   * How far the score stands out from what is usual for this tag: its logit, less the mean logit
   * over a reference set of music, in standard deviations. Comparable between tags. Undefined for
   * models that were not calibrated.
   */
  readonly z: number | undefined;
  /** Place among the model's tags by `z`, from 1; by `score` where there is no `z`. */
  readonly rank: number;
}

/** Tags over time. */
export interface Taggram {
  /** From the start of one patch to the start of the next. */
  readonly hopSeconds: number;
  /** Length of a patch. A rest at the end that is shorter is not heard. */
  readonly patchSeconds: number;
  /** Names of the tags: what `rows` holds scores for. */
  readonly labels: readonly string[];
  /** [patch][label]: scores from 0 to 1. */
  readonly rows: readonly Float32Array[];
}

/** The tags of a whole piece of music. */
export interface TagResult {
  /** The model's name: which results can be compared. */
  readonly model: string;
  /** Highest score first. */
  readonly tags: readonly Tag[];
  /** The scores of each patch. */
  readonly taggram: Taggram;
  /** The mean over the patches. */
  readonly embedding: Float32Array;
  /** True when the audio was shorter than a patch and was padded with silence: a weaker verdict. */
  readonly padded: boolean;
}
