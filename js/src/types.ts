/** The public types of divisi: audio in, stems out, progress, and how models are named. */

/** Planar float32 audio: one array a channel, all of one length. Nominal full scale is ±1. */
export interface PlanarAudio {
  /** Samples per second, 8000 to 192000. */
  readonly sampleRate: number;
  /** 1 to 8 channels, in the order of Web Audio (L R C LFE SL SR). */
  readonly channels: readonly Float32Array[];
}

/** Audio that arrives in pieces, for recordings that should never be in memory as a whole. */
export interface AudioStream {
  readonly sampleRate: number;
  readonly channelCount: number;
  /** Length in frames where it is known; used for progress only. */
  readonly frameCount?: number;
  /** Pieces of any length, each with `channelCount` arrays of one length. */
  readonly blocks: AsyncIterable<readonly Float32Array[]> | Iterable<readonly Float32Array[]>;
}

/** The part of the standard AudioBuffer that divisi reads, so that Node needs no DOM. */
export interface AudioBufferLike {
  readonly sampleRate: number;
  readonly numberOfChannels: number;
  readonly length: number;
  getChannelData(channel: number): Float32Array;
}

export type AudioInput = AudioBufferLike | PlanarAudio;

/** How far a long task has come. `total` is undefined where it cannot be known. */
export interface Progress {
  readonly done: number;
  readonly total: number | undefined;
  /** What is counted: bytes of a download, or frames of audio. */
  readonly unit: "bytes" | "frames";
}

export type OnProgress = (progress: Progress) => void;

/**
 * A model: a name of the catalogue ("spleeter-2stems"), a URL, a File or Blob, or its bytes.
 * A string is a name when the catalogue has it, else a URL.
 */
export type ModelSource = string | URL | Blob | ArrayBuffer | Uint8Array;

/** The Wasm builds; "relaxed-simd" is faster where the browser has it. */
export type Variant = "simd" | "relaxed-simd";

export interface EngineOptions {
  /** Default: the best that this browser runs, by feature test. */
  readonly variant?: Variant;
  /** Where the .wasm files lie, when the app serves them from elsewhere. Default: beside the code. */
  readonly wasmBase?: string | URL;
  /** Where the worker script lies, when the app serves it from elsewhere. */
  readonly workerUrl?: string | URL;
  /**
   * The most Wasm memory that this engine may take, in bytes. Reaching it rejects with
   * `out-of-memory`; the next call works. Default and maximum: 4 GiB less 64 KiB.
   */
  readonly maxMemoryBytes?: number;
}

export interface ModelOptions {
  readonly model: ModelSource;
  /**
   * Folder from which catalogue models are fetched (the app's copy of `divisi-models`).
   * Node default: the installed package `divisi-models`. Browsers: no default; nothing is ever
   * fetched from a host that the app did not name.
   */
  readonly modelBase?: string | URL;
  /** Expected SHA-256 (hex) of a model given by URL or bytes. Catalogue models have theirs. */
  readonly sha256?: string;
  /** Keep fetched models in the Cache API (browsers). Default true. */
  readonly cache?: boolean;
}

/** A model of the catalogue. */
export interface ModelInfo {
  readonly name: string;
  readonly title: string;
  readonly task: "separation" | "tagging";
  /** Name of its file in `divisi-models`, the file's size in bytes and its SHA-256 (hex). */
  readonly file: string;
  readonly size: number;
  readonly sha256: string;
  readonly sampleRate: number;
  readonly channels: number;
  /** Names of a separation model's stems; empty for other tasks. */
  readonly stems: readonly string[];
  /** A tagging model's labels in the order of its scores; empty for other tasks. */
  readonly labels: readonly { readonly name: string; readonly kind: string }[];
  /** SPDX identifier of the weights' licence. */
  readonly licence: string;
}

export type SeparationMode = "best" | "reference";
export type SeparationQuality = "normal" | "high";

export interface LoadOptions extends ModelOptions, Pick<EngineOptions, "workerUrl"> {
  /** Progress of fetching the model. */
  readonly onProgress?: OnProgress;
  readonly signal?: AbortSignal;
}

export interface SeparatorOptions extends EngineOptions, LoadOptions {}

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

/** How an engine is doing. */
export interface EngineInfo {
  readonly variant: Variant;
  /** What its Wasm memory has grown to, in bytes: the peak so far. */
  readonly wasmMemoryBytes: number;
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
