/** The public types of divisi: audio in, stems and tags out, progress, and how models are named. */

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
 * A model: a name of the catalogue ("spleeter-2stems"; "spleeter-2stems-int8" is half the
 * download, at almost the same quality), a URL, a File or Blob, or its bytes.
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
  /** How the file stores its weights; the arithmetic is float32 with all of them. */
  readonly dtype: "f32" | "f16" | "int8";
  readonly sampleRate: number;
  readonly channels: number;
  /** Names of a separation model's stems; empty for other tasks. */
  readonly stems: readonly string[];
  /** A tagging model's labels, in its order; empty for other tasks. */
  readonly labels: readonly TagLabel[];
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

export interface SeparatorOptions extends EngineOptions, LoadOptions {
  /**
   * How many Workers may compute at once, 1 to 16: `separate` splits a song among them. All but the
   * first start when there is work for them, and `maxMemoryBytes` holds for each: with the
   * catalogue's models one takes about 200 MB. Default: 2 where there are two cores and, as far as
   * the browser says, 4 GB of memory; else 1.
   */
  readonly workers?: number;
}

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
  /** Workers that are running. */
  readonly workers: number;
  /** What their Wasm memories have grown to, in bytes: the sum of the peaks so far. */
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

/** What a tag is about, so that an app can show each kind apart. */
export type TagKind = "genre" | "instrument" | "mood" | "voice" | "tempo" | "era" | "other";

export interface TagLabel {
  readonly name: string;
  readonly kind: TagKind;
}

export interface TaggerOptions extends EngineOptions, LoadOptions {}

export interface TagOptions {
  /**
   * Seconds from one patch to the next, up to the model's patch (musicnn: 3 s); rounded to the
   * model's frames (16 ms). A shorter hop gives a finer taggram and takes longer. Default: the
   * model's own (musicnn: patches one after the other).
   */
  readonly hopSeconds?: number;
  readonly signal?: AbortSignal;
  /** Counts the frames that were heard. */
  readonly onProgress?: OnProgress;
}

/** One patch of the music. */
export interface TagRow {
  /** Where the patch starts in the audio. */
  readonly startSeconds: number;
  /** From 0 to 1 for each of the tagger's labels, in their order. */
  readonly scores: Float32Array;
  /** Describes the sound; compared between recordings. */
  readonly embedding: Float32Array;
}

export interface Tag extends TagLabel {
  /** From 0 to 1: the mean over the patches of what the model says. Small and uneven between tags. */
  readonly score: number;
  /**
   * How far the score stands out from what is usual for this tag: its logit, less the mean logit
   * over a reference set of music, in standard deviations. Comparable between tags. Undefined for
   * models that were not calibrated.
   */
  readonly z: number | undefined;
  /** Place among the model's tags by `z`, from 1; by `score` where there is no `z`. */
  readonly rank: number;
}

export interface Taggram {
  readonly hopSeconds: number;
  /** Length of a patch. A rest at the end that is shorter is not heard. */
  readonly patchSeconds: number;
  /** Names of the tags: what `rows` holds scores for. */
  readonly labels: readonly string[];
  /** [patch][label]: scores from 0 to 1. */
  readonly rows: readonly Float32Array[];
}

export interface TagResult {
  /** The model's name: which results can be compared. */
  readonly model: string;
  /** Highest score first. */
  readonly tags: readonly Tag[];
  readonly taggram: Taggram;
  /** The mean over the patches. */
  readonly embedding: Float32Array;
  /** True when the audio was shorter than a patch and was padded with silence: a weaker verdict. */
  readonly padded: boolean;
}
