/** The public types of decoding. */

import type { PlanarAudio } from "../audio/types.js";

/** What a file says of its audio before any of it is decoded. */
export interface AudioFormat {
  /** How the file is encoded: "wav", "aiff" or "flac". */
  readonly format: string;
  /** Samples per second. */
  readonly sampleRate: number;
  /** 1 to 8. */
  readonly channelCount: number;
  /** Length in frames; undefined where the file doesn't tell it. */
  readonly frameCount: number | undefined;
}

/** How `decode` is to go about it. */
export interface DecodeOptions {
  /**
   * Is told of a file that divisi reads itself, before memory is taken for it. What this throws is
   * what `decode` rejects with: a file may be too long for an app.
   */
  readonly onFormat?: (format: AudioFormat) => void;
  /**
   * Finds the sample rate of a file that the browser is to decode; default: what the headers of MP3,
   * Ogg, MP4 and ADTS say. Undefined counts as 44100: browsers bring any file to the rate that they are
   * told.
   */
  readonly findRate?: (file: Blob) => Promise<number | undefined>;
  /** Where the .wasm files lie, when the app serves them from elsewhere. Default: beside the code. */
  readonly wasmBase?: string | URL;
  /** Aborting it rejects with its reason. */
  readonly signal?: AbortSignal;
}

/** A decoded file, with what there is to know of it. */
export interface DecodedFile extends PlanarAudio {
  /** Who decoded it: "divisi" keeps the file's rate and says what is wrong with it. */
  readonly decoder: "divisi" | "browser";
  /** How the file is encoded: "wav", "aiff", "flac", "mp3", "ogg"; undefined where that isn't known. */
  readonly format: string | undefined;
  /** Samples per second in the file, where known: the browser resampled it if this isn't `sampleRate`. */
  readonly fileRate: number | undefined;
  /** What is wrong with the file, a sentence each. Browsers don't tell. */
  readonly warnings: readonly string[];
  /** False where audio that the file holds was left out. */
  readonly complete: boolean;
}
