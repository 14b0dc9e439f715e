/**
 * The public types of loudness: LUFS, LU and dBTP after EBU R 128. What is silent has a loudness or
 * peak of -Infinity, which JSON writes as null.
 */

import type { OnProgress } from "../base/types.js";
import type { EngineOptions } from "../engine/pool/types.js";

export interface MeterOptions extends EngineOptions {
  readonly signal?: AbortSignal;
}

export interface MeasureOptions {
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
  /** The highest loudness of 400 ms and of 3 s, LUFS. */
  readonly maxMomentary: number;
  readonly maxShortTerm: number;
  /** The highest of any channel: between samples, dBTP, and of samples, dBFS. */
  readonly truePeak: number;
  readonly samplePeak: number;
}

/** Loudness over time: rows as columns. A rest shorter than a row has none. */
export interface LoudnessCurve {
  /** From one row to the next: 0.1. */
  readonly hopSeconds: number;
  readonly momentary: Float32Array;
  readonly shortTerm: Float32Array;
  readonly truePeak: Float32Array;
}

export interface LoudnessResult extends LoudnessSummary {
  readonly curve: LoudnessCurve;
}
