/** The public types of separation. */

import type { OnProgress } from "../base/types.js";
import type { EngineOptions, LoadOptions } from "../engine/pool/types.js";
import type { ModelSource } from "../models/types.js";

/** "best", or "reference": the original model's published pipeline, exactly. */
export type SeparationMode = "best" | "reference";
/** "high" takes twice the time for cleaner stems. */
export type SeparationQuality = "normal" | "high";

/** How a Separator is made. */
export interface SeparatorOptions<Model extends ModelSource = ModelSource>
  extends EngineOptions,
    LoadOptions<Model> {
  /**
   * How many Workers may compute at once, 1 to 16: `separate` splits a song among them. All but the
   * first start when there is work for them, and `maxMemoryBytes` holds for each: with the
   * catalogue's models one takes about 200 MB. Default: 2 where there are two cores and, as far as
   * the browser says, 4 GB of memory; else 1.
   */
  readonly workers?: number;
}

/** How one song is separated. */
export interface SeparateOptions<Stem extends string = string> {
  /** Which stems; default all, in the model's order. */
  readonly stems?: readonly Stem[];
  /** "best" (default), or "reference": the original model's published pipeline, exactly. */
  readonly mode?: SeparationMode;
  /** "high" takes twice the time for cleaner stems. Default "normal". */
  readonly quality?: SeparationQuality;
  /** Aborting it rejects with its reason, and ends the work. */
  readonly signal?: AbortSignal;
  /** Counts the frames whose stems are there. */
  readonly onProgress?: OnProgress;
}

/** A stretch of every stem, in the input's sample rate and channel count. */
export interface StemBlock<Stem extends string = string> {
  /** Position of the first frame in the input. */
  readonly startFrame: number;
  /** Frames of each channel. */
  readonly frameCount: number;
  /** channels by stem name. */
  readonly stems: Readonly<Record<Stem, readonly Float32Array[]>>;
}

/** The stems of a whole song. */
export interface SeparationResult<Stem extends string = string> {
  /** The input's. */
  readonly sampleRate: number;
  /** channels by stem name; exactly as many frames as the input. */
  readonly stems: Readonly<Record<Stem, readonly Float32Array[]>>;
}

/**
 * Where an app has stems of one song, all or some of them: a player takes them instead of computing
 * them. Positions are in frames of the song, as in StemBlock.
 */
export interface StemReader {
  /** Whether every stem of all frames from `begin` to before `end` is there. */
  has(begin: number, end: number): boolean;
  /** Those frames of every stem, in arrays that the caller may keep. Asked for only what is there. */
  read(begin: number, end: number): Promise<StemBlock>;
}

/** Keeps the stems of one song as they are computed, so that none is computed twice. */
export interface StemStore extends StemReader {
  /**
   * Takes stems that were computed. Their arrays are the caller's again as soon as it returns. Blocks
   * come from anywhere in the song, and may overlap what is there: a run that was given up half way
   * through a chunk begins that chunk anew. What it throws ends the computing.
   */
  add(block: StemBlock): void;
}
