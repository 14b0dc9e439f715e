/** The public types of separation. */

import type { OnProgress } from "../base/types.js";
import type { EngineOptions, LoadOptions } from "../engine/pool/types.js";

export type SeparationMode = "best" | "reference";
export type SeparationQuality = "normal" | "high";

export interface SeparatorOptions extends EngineOptions, LoadOptions {
  /**
   * How many Workers may compute at once, 1 to 16: `separate` splits a song among them. All but the
   * first start when there is work for them, and `maxMemoryBytes` holds for each: with the
   * catalogue's models one takes about 200 MB. Default: 2 where there are two cores and, as far as
   * the browser says, 4 GB of memory; else 1.
   */
  readonly workers?: number;
}

export interface SeparateOptions {
  /** Which stems; default all, in the model's order. */
  readonly stems?: readonly string[];
  /** "best" (default), or "reference": the original model's published pipeline, exactly. */
  readonly mode?: SeparationMode;
  /** "high" takes twice the time for cleaner stems. Default "normal". */
  readonly quality?: SeparationQuality;
  readonly signal?: AbortSignal;
  readonly onProgress?: OnProgress;
}

/** A stretch of every stem, in the input's sample rate and channel count. */
export interface StemBlock {
  /** Position of the first frame in the input. */
  readonly startFrame: number;
  readonly frameCount: number;
  /** channels by stem name. */
  readonly stems: Readonly<Record<string, readonly Float32Array[]>>;
}

export interface SeparationResult {
  readonly sampleRate: number;
  /** channels by stem name; exactly as many frames as the input. */
  readonly stems: Readonly<Record<string, readonly Float32Array[]>>;
}
