/** The public types of transcription: the notes of a song. */

import type { OnProgress } from "../base/types.js";
import type { EngineOptions } from "../engine/pool/types.js";
import type { ModelOptions } from "../models/types.js";

/** How a Transcriber is made. */
export interface TranscriberOptions extends EngineOptions, Partial<ModelOptions> {
  /** Progress of fetching the model. */
  readonly onProgress?: OnProgress;
  /** Aborting it rejects with its reason. */
  readonly signal?: AbortSignal;
}

/** How one song is transcribed. */
export interface TranscribeOptions {
  /**
   * How many notes are told: from 0, those that are surest, to 1, whatever may be one. Default 0.5,
   * where as many notes are wrong as are missed, about. With `swift-f0` it is refused.
   */
  readonly sensitivity?: number;
  /**
   * The lowest pitch that is told, as MIDI counts: 21 (default) to 108; with `swift-f0`, which
   * searches the voice from there on alone, 30 (default) to 96.
   */
  readonly minPitch?: number;
  /** The highest pitch that is told: minPitch to 108 (default), with `swift-f0` to 96. */
  readonly maxPitch?: number;
  /**
   * "reference": the notes that the model's authors make of what it hears, with their own settings;
   * sensitivity has no meaning there. Default "default". With `swift-f0` it is refused.
   */
  readonly mode?: "default" | "reference";
  /** Aborting it rejects with its reason, and ends the work. */
  readonly signal?: AbortSignal;
  /** Counts the frames that were heard. */
  readonly onProgress?: OnProgress;
}

/** A note of any instrument. */
export interface Note {
  /** Where it begins in the audio. */
  readonly startSeconds: number;
  /** Where it ends. */
  readonly endSeconds: number;
  /** As MIDI counts: 60 is middle C, 69 is A at 440 Hz. */
  readonly pitch: number;
  /** How strongly it sounds, 1 to 127. */
  readonly velocity: number;
  /** How likely it begins there, 0 to 1. */
  readonly confidence: number;
  /**
   * By how many semitones it lies above its pitch, at places that divide the time from its start to
   * its end evenly: in thirds, one every 11.6 ms; with `swift-f0` as it is sung, vibrato and all, one
   * every 16 ms.
   */
  readonly bends: Float32Array;
}

/** The pitch of one voice, frame by frame. */
export interface PitchCurve {
  /** From frame to frame, 0.01; frame k is centred on second `k * frameSeconds`. */
  readonly frameSeconds: number;
  /** The fundamental of each frame, in hertz; where there is no voice, whatever comes nearest to one. */
  readonly hz: Float32Array<ArrayBuffer>;
  /** How likely a voice sounds in each frame, 0 to 1; from 0.5 on it does. */
  readonly confidence: Float32Array<ArrayBuffer>;
}

/** The notes of a song. */
export interface TranscriptionResult {
  /** In the order of their starts; of those at once, the lowest first. */
  readonly notes: readonly Note[];
  /** Of a model for melody (`swift-f0`): the pitch of its voice, 48 kB a minute. */
  readonly pitch?: PitchCurve;
}

/** A format of noteFile(). */
export type NoteFormat = "midi" | "csv";

/** How noteFile() writes notes. */
export interface NoteFileOptions {
  /**
   * midi: writes bends. As MIDI bends all of a channel's notes alike, each note then gets a channel
   * of its own among the 15 that are no drums, as long as one is free. Default false: all notes
   * without bends in one channel.
   */
  readonly bends?: boolean;
  /** midi: beats a minute of the file; notes keep their times, whatever it is. Default 120. */
  readonly tempo?: number;
}
