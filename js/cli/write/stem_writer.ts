/** What a writer of one stem does, whatever the format. */

export type Format = "wav" | "flac";

export interface StemWriter {
  readonly path: string;
  /** Samples beyond ±1 that an integer format had to cut off. */
  readonly clippedSamples: number;
  write(channels: readonly Float32Array[]): Promise<void>;
  /** Completes the file under its temporary name. */
  finish(): Promise<void>;
  /** Gives it its own name: after finish(). */
  publish(): Promise<void>;
  /** Removes it unless published, and frees what the writer holds. */
  discard(): Promise<void>;
}

/** Frames turned into bytes at once. */
export const sliceFrames = 16384;
