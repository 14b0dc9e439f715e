/** The public types of drum transcription: which drums are struck in a song. */

import type { OnProgress } from "../base/types.js";
import type { EngineOptions } from "../engine/pool/types.js";
import type { ModelOptions } from "../models/types.js";

/** How a DrumTranscriber is made. */
export interface DrumTranscriberOptions extends EngineOptions, Partial<ModelOptions> {
  /** Progress of fetching the model. */
  readonly onProgress?: OnProgress;
  /** Aborting it rejects with its reason. */
  readonly signal?: AbortSignal;
}

/** How the drums of one song are transcribed. */
export interface TranscribeDrumsOptions {
  /**
   * How many hits are told: from 0, those that are surest, to 1, whatever may be one. Default 0.5,
   * where about as many hits are wrong as are missed.
   */
  readonly sensitivity?: number;
  /** Aborting it rejects with its reason, and ends the work. */
  readonly signal?: AbortSignal;
  /** Counts the frames that were heard. */
  readonly onProgress?: OnProgress;
}

/**
 * What is struck: a snare's side stick is a snare, the hi-hat's pedal a closed one; cymbals are
 * crashes and rides, percussion claps, shakers, bells, congas and the like.
 */
export type DrumInstrument =
  | "kick"
  | "snare"
  | "closed-hat"
  | "open-hat"
  | "tom"
  | "cymbal"
  | "percussion";

/** A drum that is struck. */
export interface DrumHit {
  /** Where in the audio. */
  readonly seconds: number;
  /** What is struck. A model other than the catalogue's may have other names. */
  readonly instrument: DrumInstrument;
  /** The note of General MIDI's drum map that stands for it: 36 for a kick. */
  readonly note: number;
  /** How hard, 1 to 127. How loud that is differs from kit to kit. */
  readonly velocity: number;
  /** How likely it is struck there, 0 to 1. */
  readonly confidence: number;
}

/** A format of drumFile(). */
export type DrumFormat = "midi" | "csv";

/** How drumFile() writes hits. */
export interface DrumFileOptions {
  /** midi: beats a minute of the file; hits keep their times, whatever it is. Default 120. */
  readonly tempo?: number;
}

/** The drums of a song. */
export interface DrumsResult {
  /** In the order of time. */
  readonly hits: readonly DrumHit[];
}
