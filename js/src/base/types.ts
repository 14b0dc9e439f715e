/** What every room speaks of: progress, and the builds of the engine. */

/** How far a long task has come. */
export interface Progress {
  /** How much is done, in `unit`s. */
  readonly done: number;
  /** How much there is to do, in `unit`s; undefined where it cannot be known. */
  readonly total: number | undefined;
  /** What is counted: bytes of a download, or frames of audio. */
  readonly unit: "bytes" | "frames";
}

/** Is told how far a task has come. */
export type OnProgress = (progress: Progress) => void;

/** The Wasm builds; "relaxed-simd" is faster where the browser has it. */
export type Variant = "simd" | "relaxed-simd";

/**
 * Each variant comes in two sizes: the small engine runs the catalogue's models, the whole one those of
 * all operators and methods.
 */
export type EngineSize = "small" | "whole";
