/** What every reader of an audio file gives: a stream for `Separator.stream()` and its story. */

import type { AudioStream } from "divisi";

export interface AudioFile extends AudioStream {
  /** How the file is encoded: "wav", "aiff", "flac", "mp3", "vorbis", "opus", or ffmpeg's word. */
  readonly format: string;
  readonly blocks: AsyncIterable<readonly Float32Array[]>;
  /** What was wrong with the file without stopping the reader. Grows while `blocks` is read. */
  readonly warnings: readonly string[];
  /** False once audio that the file holds was left out. Changes while `blocks` is read. */
  complete(): boolean;
  /** The share of the file's bytes read so far, 0 to 1; undefined for a pipe. */
  bytesRead(): number | undefined;
  /** Frees the decoder and closes the file. May be called at any time and more than once. */
  close(): Promise<void>;
}

/** Audio as it stands in the file: rate and channel count may be others in the next block. */
export interface DecodedBlock {
  readonly sampleRate: number;
  readonly channels: readonly Float32Array[];
}

/** What a reader of one format needs to give; `openAudioFile` adds the rest. */
export interface DecodedAudio {
  readonly format: string;
  /** What every block is brought to. */
  readonly sampleRate: number;
  readonly channelCount: number;
  readonly frameCount?: number;
  readonly blocks: AsyncIterable<DecodedBlock>;
  free?(): void;
}

/** Frames that a block should have at most, so that one block never weighs much. */
export const blockFrames = 16384;

/** Bytes given to a decoder at once. */
export const readBytes = 65536;
