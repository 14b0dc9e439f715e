/** The public types of a song written down: what it is made of, and the notes of its parts. */

import type { DrumHit } from "../drums/types.js";
import type { Note } from "../notes/types.js";

/** One part: an instrument, a voice, a stem; drums have hits in place of notes. */
export type ScorePart = NotePart | DrumPart;

/** A part that plays or sings notes. */
export interface NotePart {
  /** The track's name. */
  readonly name: string;
  /** Its notes, in any order. */
  readonly notes: readonly Note[];
  /**
   * The sound that players take, as General MIDI numbers them from 0. Default: by the name, of the stems
   * that separators have (`vocals`, `bass`, `guitar`, `piano`, …); else the grand piano.
   */
  readonly program?: number;
}

/** A part that plays drums: its track is on channel 10, with the notes of General MIDI's drum map. */
export interface DrumPart {
  /** The track's name. */
  readonly name: string;
  /** Its hits, in any order. */
  readonly hits: readonly DrumHit[];
}

/** How a score is written. */
export interface ScoreOptions {
  /**
   * Lines of a grid within a beat, 1 to 12, on which notes begin and end: 4 are sixteenths of quarters.
   * Hits of drums lie there, too. The grid swings as the song does. Default: notes lie where they were heard.
   */
  readonly grid?: number;
}

/** How a lead sheet is written. */
export interface LeadSheetOptions {
  /**
   * Lines of the grid within a beat that notes are written on: 1, 2, 4 or 8 for beats of a quarter, 3 or 6
   * for beats of a dotted quarter, as in 6/8. Default: 4 or 3, whichever fits where notes begin.
   */
  readonly grid?: number;
  /** The song's title. Default: none. */
  readonly title?: string;
  /** The part's name. Default "Melody". */
  readonly name?: string;
}
