/**
 * What the songs of a session are to the rest of the page: no user interface here. Everything that
 * changes is a signal.
 */

import type { ReadonlySignal, Signal } from "@preact/signals";
import type { DecodedFile, ModelOptions, PlanarAudio, StemStore, TagResult } from "divisi";

/**
 * waiting: others come first (a player may compute its stems already). decoding: the file is
 * read. loading: a model is fetched or made ready. computing: tags first, then stems. done, cancelled and failed are ends; `retry` starts
 * anew from the last two.
 */
export type SongStage =
  | "waiting"
  | "decoding"
  | "loading"
  | "computing"
  | "done"
  | "cancelled"
  | "failed";

export interface SongProgress {
  /** 0 to 1, of all that is computed for this song. */
  readonly share: number;
  /** Seconds of the song that are separated in a second; 0 as long as that is not known. */
  readonly speed: number;
  /** Undefined as long as it cannot be told. */
  readonly secondsLeft: number | undefined;
}

/** The outline of a waveform, over all channels. */
export interface Peaks {
  readonly sampleRate: number;
  readonly samplesPerPeak: number;
  /** How many peaks there are in the whole song. */
  readonly total: number;
  /** How many of them are computed, not always from the start; the rest of `values` is 0. */
  readonly count: number;
  /** Minimum and maximum of each peak in turn: 2 * `total` values. Filled in place as `count` grows. */
  readonly values: Float32Array;
  /** 1 for each peak that is computed, at least in part. Filled in place, too. */
  readonly begun: Uint8Array;
}

/** What the tagging models heard, the collection's model (musicnn-mtt) first. */
export interface SongTags {
  /** None where there is nothing to hear. */
  readonly results: readonly TagResult[];
  /** Whether the song is silent in mono, which is how the models listen: what they say of that is made up. */
  readonly silent: boolean;
}

/** Who made the audio out of the file, and how that went. */
export type SongOrigin = Pick<DecodedFile, "decoder" | "format" | "fileRate" | "warnings">;

export interface DecodedSong extends PlanarAudio {
  readonly origin?: SongOrigin;
}

/** Where there is to be heard something: at -80 dBFS or more. */
export interface SongSound {
  readonly isSilent: boolean;
  /** The same of the channels' mean: of left and right that cancel each other nothing is left. */
  readonly isSilentInMono: boolean;
}

/** The stems of a song, kept as Blobs: the browser may move them from memory to disk. */
export interface SongStems extends StemStore {
  readonly sampleRate: number;
  readonly channelCount: number;
  /** Of the whole song. */
  readonly frameCount: number;
  /** Names of the stems. */
  readonly stems: readonly string[];
  /** So many frames are there by now, in any part of the song. */
  readonly readyFrames: number;
  /** Bytes that the Blobs take. */
  readonly bytes: number;
  /** The frames from `begin` to before `end` of a stem, planar; all of them have to be there. */
  readStem(stem: string, begin: number, end: number): Promise<Float32Array<ArrayBuffer>[]>;
}

export interface Song {
  /** The same for the same file in any session: made of its name and size. */
  readonly id: string;
  /** The file's name without its ending. */
  readonly name: string;
  readonly source: File;
  /**
   * The decoded song at the file's own sample rate. There only while the song is selected or being
   * computed, so that many songs do not fill the memory: `loadAudio` gets it at any time.
   */
  readonly audio: ReadonlySignal<PlanarAudio | undefined>;
  /** Once it was decoded. */
  readonly origin: ReadonlySignal<SongOrigin | undefined>;
  /** Once the whole song was looked at. */
  readonly sound: ReadonlySignal<SongSound | undefined>;
  /** Length in seconds, once it was decoded. */
  readonly duration: ReadonlySignal<number | undefined>;
  /** The model that separates it, as the queue's book calls it. */
  readonly model: ReadonlySignal<string>;
  readonly stage: ReadonlySignal<SongStage>;
  readonly progress: ReadonlySignal<SongProgress>;
  /** A new object each time that more is computed. */
  readonly mixPeaks: ReadonlySignal<Peaks | undefined>;
  /** By stem name, in the model's order; empty until the model is there. */
  readonly stemPeaks: ReadonlySignal<ReadonlyMap<string, Peaks>>;
  readonly tags: ReadonlySignal<SongTags | undefined>;
  /** Why it failed: a SongError or a DivisiError. Undefined unless `stage` is "failed". */
  readonly error: ReadonlySignal<unknown>;
  /**
   * True while a player computes the stems, which it needs around its playhead first: then the queue
   * does not. To be set by the player.
   */
  readonly playerComputes: Signal<boolean>;
  /**
   * Where the stems go and come from, the same for all who compute them: none is computed twice. To
   * be called when the song is decoded.
   */
  openStems(model: string, names: readonly string[]): SongStems;
  /** Has the song separated anew by another model, in place of what there is. */
  chooseModel(model: string): void;
  /** Ends computing; what is there stays. */
  cancel(): void;
  /** After "failed" or "cancelled": back to the queue. */
  retry(): void;
  /** The decoded song; rejects with a SongError. */
  loadAudio(): Promise<PlanarAudio>;
}

/** A model that is being fetched for the queue. */
export interface ModelLoad {
  readonly model: string;
  /** Bytes. */
  readonly done: number;
  readonly total: number | undefined;
}

/** What there is to know of models beyond the queue. */
export interface ModelBook {
  /** Where a model is to be had; rejects with a SongError where it is gone. */
  source(model: string): Promise<Pick<ModelOptions, "model" | "modelBase" | "sha256">>;
  /** Seconds of a song that it separates in a second, as a first guess; 0 where that is not known. */
  speed(model: string): number;
  /** Takes what it took for a song, as far as that is known. */
  measured(
    model: string,
    measures: { readonly speed?: number; readonly memoryBytes?: number },
  ): void;
}

export interface SongQueueOptions {
  /** Where the model files lie. */
  readonly modelBase: string | URL;
  /** Default: the catalogue's models alone, and nothing is kept of their speed. */
  readonly modelBook?: ModelBook;
  /** Which model separates the songs that are added from now on; default "spleeter-2stems-int8". */
  readonly separationModel?: ReadonlySignal<string>;
  /** Which taggers hear each song; default musicnn-mtt, then musicnn-msd. */
  readonly taggingModels?: readonly string[];
  /** The longest song, in bytes of decoded audio; default 640 MiB: half an hour of stereo. */
  readonly maxAudioBytes?: number;
  /** Makes a file into audio, or rejects with a SongError; default: divisi's `decode`. */
  readonly decode?: (file: File, maxAudioBytes: number) => Promise<DecodedSong>;
}

/** Computes one song at a time: the selected one first, then in the order of their coming. */
export interface SongQueue {
  readonly songs: ReadonlySignal<readonly Song[]>;
  /** The song that is shown and played. Set it to go to another; the first one is selected by itself. */
  readonly selected: Signal<Song | undefined>;
  /** The model that a song is waiting for, while its stage is "loading". */
  readonly loading: ReadonlySignal<ModelLoad | undefined>;
  /** Puts files at the end, and says which songs they are. One that is there already is not added anew. */
  add(files: Iterable<File>): readonly Song[];
  /** Ends and forgets it, stems and all. */
  remove(song: Song): void;
  /** The stems so far; undefined until the model is there. */
  stems(song: Song): SongStems | undefined;
  close(): void;
}

/** What can be wrong with a file, or with the model for it. */
export type SongErrorCode =
  | "undecodable"
  /** Of a kind that never holds sound: a PDF, a picture. */
  | "no-audio"
  | "damaged"
  | "too-long"
  | "empty"
  | "unreadable"
  | "out-of-memory"
  | "model-too-large"
  | "model-gone";

/** What there is to say beyond the kind of error. */
export interface SongErrorDetails {
  /** The file's name. */
  readonly file?: string;
  /** What is wrong with it, in divisi's words, beginning with the name. */
  readonly reason?: string;
  /** The song's length and the longest that fits, in seconds; with "too-long". */
  readonly seconds?: number;
  readonly maxSeconds?: number;
}

/** What is wrong with a file, for the page to say so in its own words. */
export class SongError extends Error {
  override readonly name = "SongError";

  constructor(
    readonly code: SongErrorCode,
    message: string,
    readonly details: SongErrorDetails = {},
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
