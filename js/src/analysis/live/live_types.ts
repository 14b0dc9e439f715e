/** The public types of LiveAnalyser. */

import type { DivisiError } from "../../base/errors.js";
import type { EngineOptions, LoadOptions } from "../../engine/pool/types.js";
import type { LiveOptions } from "../../live/types.js";

/** How a LiveAnalyser is made. */
export interface LiveAnalyserOptions extends EngineOptions, Partial<LoadOptions>, LiveOptions {
  /**
   * Beats are told so many seconds before the sound in which they fall comes in, 0 to 2. Default 0.2,
   * of which the way to the page takes some. Tempos are followed the better the shorter it is.
   */
  readonly leadSeconds?: number;
  /** Beats a minute below which it does not look, 30 to 300. Default 40. */
  readonly minTempo?: number;
  /** Beats a minute above which it does not look, at least 1.1 times `minTempo`. Default 240. */
  readonly maxTempo?: number;
  /** Beats of a bar, 2 to 7, where they are known. Default 0: to be found. */
  readonly beatsPerBar?: number;
  /** Clicks from the start, as `startClick` makes them. Default false. */
  readonly click?: boolean | ClickOptions;
}

/** How clicks sound, and where. */
export interface ClickOptions {
  /** Where clicks go. Default: the context's destination. */
  readonly destination?: AudioNode;
  /** As a factor of amplitude, 0 to 1. Default 0.5. */
  readonly gain?: number;
  /**
   * Added to the time of each click, -1 to 1 s. Default 0: in phase with what comes from the context.
   * Sound from a microphone was in the room earlier than it came in, and a click is heard later than it
   * is played, so `-(context.outputLatency + the microphone's latency)` brings both together.
   */
  readonly offsetSeconds?: number;
}

/** A beat that is about to come. */
export interface LiveBeat {
  /** When, on the clock of the AudioContext (`context.currentTime`), as the node hears it. */
  readonly time: number;
  /** Its place in the bar; 1 is the downbeat. */
  readonly number: number;
  /** Beats a minute around here. */
  readonly tempo: number;
  /** 0 to 1: the probability of a beat there, times how well the last ones were heard. */
  readonly confidence: number;
}

/** The events of a LiveAnalyser. */
export interface LiveAnalyserEvents {
  /** A beat is about to come. Each is told once, and never taken back. */
  beat: CustomEvent<LiveBeat>;
  /** The device is too slow: sound is left out, and beats are told as they were expected. */
  overload: Event;
  /** It is in time again. */
  recovery: Event;
  /** It has ended, sound still passes through. */
  error: CustomEvent<DivisiError>;
}
