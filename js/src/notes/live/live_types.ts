/** The public types of LiveTranscriber. */

import type { DivisiError } from "../../base/errors.js";
import type { EngineOptions, LoadOptions } from "../../engine/pool/types.js";
import type { LiveOptions } from "../../live/types.js";

/** How a LiveTranscriber is made. */
export interface LiveTranscriberOptions extends EngineOptions, Partial<LoadOptions>, LiveOptions {
  /** The lowest pitch that is searched, as MIDI counts: 30 (default) to 96. */
  readonly minPitch?: number;
  /** The highest: minPitch to 96 (default). */
  readonly maxPitch?: number;
}

/** A note that has begun. */
export interface LiveNote {
  /** When, on the clock of the AudioContext (`context.currentTime`), as the node heard it. */
  readonly time: number;
  /** As MIDI counts: 60 is middle C, 69 is A at 440 Hz. */
  readonly pitch: number;
  /** How loud it began, 1 to 127. */
  readonly velocity: number;
  /** How likely there is a voice, 0 to 1. */
  readonly confidence: number;
}

/** A note that has ended. */
export interface LiveNoteEnd {
  /** When, on the clock of the AudioContext. */
  readonly time: number;
  /** That it began with. */
  readonly pitch: number;
}

/** The pitch of a moment. */
export interface LivePitch {
  /** On the clock of the AudioContext. */
  readonly time: number;
  /** The fundamental; where there is no voice, whatever comes nearest to one. */
  readonly hz: number;
  /** How likely a voice sounds, 0 to 1; from 0.5 on it does. */
  readonly confidence: number;
  /** Of the mix of all channels, dB of full scale. */
  readonly levelDb: number;
}

/** What takes MIDI messages: a MIDIOutput of Web MIDI, or anything of its kind. */
export interface MidiPort {
  /** Sends a message. @param message its bytes: status and data. */
  send(message: number[]): void;
}

/** How notes go to a MidiPort. */
export interface MidiOptions {
  /** 1 to 16. Default 1. */
  readonly channel?: number;
  /**
   * Sends the pitch itself, too, as bends 62 times a second: vibrato and glides are heard, if the
   * instrument's range of bends is the usual one of two semitones. Default false.
   */
  readonly bends?: boolean;
}

/** The events of a LiveTranscriber. */
export interface LiveTranscriberEvents {
  /** A note has begun. At most one sounds at a time. */
  noteon: CustomEvent<LiveNote>;
  /** It has ended. */
  noteoff: CustomEvent<LiveNoteEnd>;
  /** The pitch, 62 times a second, voice or not. */
  pitch: CustomEvent<LivePitch>;
  /** The device is too slow: sound is left out, and has no notes. */
  overload: Event;
  /** It is in time again. */
  recovery: Event;
  /** It has ended, sound still passes through. */
  error: CustomEvent<DivisiError>;
}
