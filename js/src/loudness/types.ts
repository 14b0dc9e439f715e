/**
 * The public types of loudness: LUFS, LU and dBTP after EBU R 128. What is silent has a loudness or
 * peak of -Infinity, which JSON writes as null.
 */

import type { OnProgress } from "../base/types.js";
import type { EngineOptions } from "../engine/pool/types.js";

/** How a Meter is made. */
export interface MeterOptions extends EngineOptions {
  /** Aborting it rejects with its reason. */
  readonly signal?: AbortSignal;
}

/** How one piece of audio is measured. */
export interface MeasureOptions {
  /** Aborting it rejects with its reason, and ends the work. */
  readonly signal?: AbortSignal;
  /** Counts the frames that were measured. */
  readonly onProgress?: OnProgress;
}

/** The highest during 100 ms. Audio before the first frame counts as silent. */
export interface LoudnessRow {
  /** Where the 100 ms start in the audio. */
  readonly startSeconds: number;
  /** Loudness of the last 400 ms, LUFS. */
  readonly momentary: number;
  /** Loudness of the last 3 s, LUFS. */
  readonly shortTerm: number;
  /** Of any channel, between its samples, too; dBTP. */
  readonly truePeak: number;
}

/** Of the audio as a whole. */
export interface LoudnessSummary {
  /** Programme loudness, gated, LUFS; -Infinity where nothing reaches -70 LUFS. */
  readonly integrated: number;
  /** Loudness range (LRA), LU; 0 for less than 3 s. */
  readonly range: number;
  /** The highest loudness of 400 ms, LUFS. */
  readonly maxMomentary: number;
  /** The highest loudness of 3 s, LUFS. */
  readonly maxShortTerm: number;
  /** The highest of any channel, between its samples, too; dBTP. */
  readonly truePeak: number;
  /** The highest sample of any channel, dBFS. */
  readonly samplePeak: number;
}

/** Loudness over time: rows as columns. A rest shorter than a row has none. */
export interface LoudnessCurve {
  /** From one row to the next: 0.1. */
  readonly hopSeconds: number;
  /** As in LoudnessRow. */
  readonly momentary: Float32Array;
  /** As in LoudnessRow. */
  readonly shortTerm: Float32Array;
  /** As in LoudnessRow. */
  readonly truePeak: Float32Array;
}

/** A summary, and the loudness over time. */
export interface LoudnessResult extends LoudnessSummary {
  /** The loudness over time. */
  readonly curve: LoudnessCurve;
}
