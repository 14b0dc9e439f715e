/** What every reader of an audio file gives: a stream for `Separator.stream()` and its story. */

import type { AudioStream } from "../audio/types.js";

/** An opened audio file: a stream, with what there is to know of it. */
export interface AudioFile extends AudioStream {
  /** How the file is encoded: "wav", "aiff", "flac"; of other readers their own words. */
  readonly format: string;
  /** Its audio, to be read once, all in one form. */
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
  /** Samples per second. */
  readonly sampleRate: number;
  /** In the order of Web Audio, all of one length. */
  readonly channels: readonly Float32Array[];
}

/** What a reader of one format needs to give; `openAudio` adds the rest. */
export interface DecodedAudio {
  /** How the file is encoded, in a word. */
  readonly format: string;
  /** What every block is brought to. */
  readonly sampleRate: number;
  /** What every block is brought to. */
  readonly channelCount: number;
  /** Length at `sampleRate`, where the file tells it. */
  readonly frameCount?: number;
  /** The audio, to be read once. */
  readonly blocks: AsyncIterable<DecodedBlock>;
  /** The share of the song that was read, 0 to 1, of readers that don't read the file themselves. */
  share?(): number | undefined;
  /** Gives the decoder's memory back. */
  free?(): void;
}

/** Frames that a block should have at most, so that one block never weighs much. */
export const blockFrames = 16384;

/** Bytes given to a decoder at once. */
export const readBytes = 65536;
