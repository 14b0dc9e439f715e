/** What every room speaks of: progress, and the builds of the engine. */

/** How far a long task has come. `total` is undefined where it cannot be known. */
export interface Progress {
  readonly done: number;
  readonly total: number | undefined;
  /** What is counted: bytes of a download, or frames of audio. */
  readonly unit: "bytes" | "frames";
}

export type OnProgress = (progress: Progress) => void;

/** The Wasm builds; "relaxed-simd" is faster where the browser has it. */
export type Variant = "simd" | "relaxed-simd";
