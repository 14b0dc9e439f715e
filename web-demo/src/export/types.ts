/** What is asked of the Worker that makes the files, and what it answers. */

import type { SampleBits } from "divisi/files";
import type { StoredStems } from "../songs/stem_store.js";

export type AudioFormat = "wav" | "flac";

/**
 * What a file holds: the sum of some stems, or all of them placed in a stereo field, in which some do
 * not spread.
 */
export type FileContent =
  | { readonly kind: "stems"; readonly stems: readonly string[] }
  | { readonly kind: "stereo"; readonly width: number; readonly central: readonly string[] };

export interface FileRequest {
  /** With its ending. */
  readonly name: string;
  readonly content: FileContent;
}

export interface ExportRequest {
  /** Of the whole song. */
  readonly stems: StoredStems;
  /** At least one. */
  readonly files: readonly FileRequest[];
  readonly format: AudioFormat;
  /** FLAC has no 32. */
  readonly bits: SampleBits;
  /** Name of the archive that takes all files; without it there is one file. */
  readonly archive?: string;
}

export interface ExportResult {
  readonly name: string;
  readonly blob: Blob;
  /** Samples beyond full scale that had to be cut off, in all files. */
  readonly clippedSamples: number;
  /** What the sound was multiplied by so that it fits; 1 unless a loud record was made stereo. */
  readonly level: number;
}

export type ExportMessage =
  | { readonly type: "progress"; readonly share: number }
  | { readonly type: "done"; readonly result: ExportResult }
  | { readonly type: "failed"; readonly error: unknown };
