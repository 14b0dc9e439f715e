/** The public types of audio. */

/** Planar float32 audio: one array a channel, all of one length. Nominal full scale is ±1. */
export interface PlanarAudio {
  /** Samples per second, 8000 to 192000. */
  readonly sampleRate: number;
  /** 1 to 8 channels, in the order of Web Audio (L R C LFE SL SR). */
  readonly channels: readonly Float32Array[];
}

/** Audio that arrives in pieces, for recordings that should never be in memory as a whole. */
export interface AudioStream {
  /** Samples per second, 8000 to 192000. */
  readonly sampleRate: number;
  /** 1 to 8, in the order of Web Audio (L R C LFE SL SR). */
  readonly channelCount: number;
  /** Length in frames where it is known; used for progress only. */
  readonly frameCount?: number;
  /** Pieces of any length, each with `channelCount` arrays of one length. */
  readonly blocks: AsyncIterable<readonly Float32Array[]> | Iterable<readonly Float32Array[]>;
}

/** The part of the standard AudioBuffer that divisi reads, so that Node needs no DOM. */
export interface AudioBufferLike {
  /** Samples per second, 8000 to 192000. */
  readonly sampleRate: number;
  /** 1 to 8, in the order of Web Audio. */
  readonly numberOfChannels: number;
  /** In frames. */
  readonly length: number;
  /** The samples of a channel, counted from 0. */
  getChannelData(channel: number): Float32Array;
}

/** Audio that is there as a whole. */
export type AudioInput = AudioBufferLike | PlanarAudio;
