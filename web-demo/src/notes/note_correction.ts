/**
 * Notes as the listener corrects them: some that were heard are taken away, others are put in their
 * place. It says so by pitch and time, so that it holds for the same song heard anew, with more notes
 * or fewer.
 */

import type { Note } from "divisi";

/** Which note that was heard. */
export interface NotePlace {
  readonly startSeconds: number;
  readonly pitch: number;
}

export interface NoteCorrection {
  /** Of what was heard. */
  readonly removed: readonly NotePlace[];
  /** The listener's own. */
  readonly own: readonly Note[];
}

export const uncorrected: NoteCorrection = { removed: [], own: [] };

export const isCorrected = ({ removed, own }: NoteCorrection) =>
  removed.length > 0 || own.length > 0;

/** Heard anew, a note may begin elsewhere by so much. */
const sameSeconds = 0.03;

const isAt = (note: NotePlace, { startSeconds, pitch }: NotePlace) =>
  note.pitch === pitch && Math.abs(note.startSeconds - startSeconds) < sameSeconds;

export const byTime = (a: NotePlace, b: NotePlace) =>
  a.startSeconds - b.startSeconds || a.pitch - b.pitch;

/** In the order of their starts; of those at once, the lowest first. */
export function correctNotes(
  heard: readonly Note[],
  { removed, own }: NoteCorrection,
): readonly Note[] {
  const kept = heard.filter((note) => !removed.some((place) => isAt(note, place)));
  return [...kept, ...own].sort(byTime);
}

export function withNote(correction: NoteCorrection, note: Note): NoteCorrection {
  return { ...correction, own: [...correction.own, note] };
}

export function withoutNote({ removed, own }: NoteCorrection, note: Note): NoteCorrection {
  if (own.includes(note)) return { removed, own: own.filter((other) => other !== note) };
  const { startSeconds, pitch } = note;
  return { removed: [...removed, { startSeconds, pitch }], own };
}

/** What of a note the listener changes. */
export type NoteChange = Partial<Pick<Note, "startSeconds" | "endSeconds" | "pitch">>;

/** The pitches of MIDI. */
const highestPitch = 127;
/** Shorter ones nobody can see or hear. */
export const shortestSeconds = 0.03;

/** The note as it is changed, within the song. */
export function changedNote(note: Note, change: NoteChange, songSeconds: number): Note {
  const { startSeconds, endSeconds, pitch } = { ...note, ...change };
  const start = Math.min(Math.max(startSeconds, 0), Math.max(0, songSeconds - shortestSeconds));
  // A note that would begin before the song is moved no farther, and as long as it was.
  const moved =
    change.endSeconds === undefined ? note.endSeconds : endSeconds + start - startSeconds;
  return {
    ...ownNote(start, Math.max(moved, start + shortestSeconds), pitch),
    velocity: note.velocity,
  };
}

/** How strong a note is that nobody has heard. */
const usualVelocity = 90;

/** A note of the listener's. */
export function ownNote(startSeconds: number, endSeconds: number, pitch: number): Note {
  return {
    startSeconds,
    endSeconds,
    pitch: Math.min(Math.max(Math.round(pitch), 0), highestPitch),
    velocity: usualVelocity,
    confidence: 1,
    bends: new Float32Array(0),
  };
}
