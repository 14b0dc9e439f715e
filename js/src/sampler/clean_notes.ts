/** Which notes of a recording are clean enough to be an instrument's sounds, and how clean. */

import type { Note } from "../notes/types.js";
import { findOnset } from "./sound/onset.js";
import { clippedShare, levelDb, median, type Recording } from "./sound/recording.js";
import { type SteadyPart, steadyPart } from "./sound/steady_part.js";

export interface CleanNote {
  readonly note: Note;
  /** The key that it is a sound of. */
  readonly key: number;
  readonly onset: number;
  /** The frame where it ends, or the next one begins. */
  readonly end: number;
  readonly levelDb: number;
  readonly steady: SteadyPart;
  /** The higher the cleaner: in points that weigh its faults against one another. */
  readonly score: number;
}

/** A note is told to begin so near to where it does. */
const onsetSearch = { before: 0.04, after: 0.06 };
const leastSeconds = 0.1;
/** So far notes of transcriptions reach into each other that sound one after another. */
const overlapSeconds = 0.05;
/** Notes that a transcription hears in the overtones of another one lie so many semitones above it. */
const overtones: readonly number[] = [12, 19, 24, 28, 31, 34, 36];
/** A note whose velocity is a smaller share of another one's doesn't disturb that, whatever it is. */
const faintShare = 0.5;
/** What sounds before a note is so far below it. */
const before = { seconds: 0.03, cleanDb: -40 };
/** How far a sound may be from the key that it is told to be, in semitones: songs are tuned as they like. */
const mostOffKey = 0.7;
const mostWander = 0.6;
const leastSteadyShare = 0.5;
const mostAperiodicity = 0.25;
const mostClipped = 0.001;
/** Below the notes' median. */
const mostBelowDb = 24;
const leastLevelDb = -60;
/** More is no better. */
const enoughSeconds = 2;

/** Those that are clean, in the order of the notes. */
export function cleanNotes(recording: Recording, notes: readonly Note[]): CleanNote[] {
  const { sampleRate, mono } = recording;
  const sorted = [...notes].sort((a, b) => a.startSeconds - b.startSeconds);
  const alone = sorted.flatMap((note, index) => {
    const end = endAlone(sorted, index);
    if (end === undefined || end - note.startSeconds < leastSeconds) return [];
    const told = Math.round(note.startSeconds * sampleRate);
    const last = Math.min(mono.length, Math.round(end * sampleRate));
    if (last - told < leastSeconds * sampleRate) return [];
    return [{ note, told, end: last, levelDb: levelDb(mono, told, last) }];
  });
  const usual = median(alone.map((each) => each.levelDb));
  const least = Math.max(leastLevelDb, usual - mostBelowDb);
  return alone
    .filter((each) => each.levelDb >= least)
    .flatMap((each) => measured(recording, each, usual) ?? []);
}

interface AloneNote {
  readonly note: Note;
  readonly told: number;
  readonly end: number;
  readonly levelDb: number;
}

function measured(recording: Recording, alone: AloneNote, usual: number): CleanNote | undefined {
  const { sampleRate, mono, channels } = recording;
  const { note, told, end } = alone;
  const onset = findOnset(mono, sampleRate, told, onsetSearch);
  const seconds = (end - onset) / sampleRate;
  if (seconds < leastSeconds) return undefined;
  const clipped = clippedShare(channels, onset, end);
  if (clipped > mostClipped) return undefined;
  const steady = steadyPart(mono, sampleRate, onset, end, note.pitch);
  if (!steady || steady.steadyShare < leastSteadyShare || steady.wander > mostWander)
    return undefined;
  if (steady.aperiodicity > mostAperiodicity) return undefined;
  if (Math.abs(steady.pitch - note.pitch) > mostOffKey) return undefined;
  const lead = Math.round(before.seconds * sampleRate);
  const rest = levelDb(mono, onset - lead, onset) - alone.levelDb;
  const score =
    2 * Math.log2(Math.min(enoughSeconds, seconds)) -
    20 * steady.aperiodicity -
    10 * (1 - steady.steadyShare) -
    10 * steady.wander -
    Math.max(0, rest - before.cleanDb) / 10 -
    Math.max(0, usual - alone.levelDb) / 6 -
    2000 * clipped;
  return { note, key: note.pitch, onset, end, levelDb: alone.levelDb, steady, score };
}

/** Up to when nothing else sounds. @return undefined for a note that isn't alone */
function endAlone(sorted: readonly Note[], index: number): number | undefined {
  const note = sorted[index] as Note;
  let end = note.endSeconds;
  // What is wrong about this shows in the sound: overtones repeat with the note's period, others don't.
  const disturbs = (other: Note) =>
    other.velocity >= faintShare * note.velocity &&
    !(overtones.includes(other.pitch - note.pitch) && other.velocity <= note.velocity);
  for (let i = index - 1; i >= 0; i--) {
    const other = sorted[i] as Note;
    if (other.endSeconds > note.startSeconds + overlapSeconds && disturbs(other)) return undefined;
    // (Notes are sorted by their starts: one that lasts this long is rare, and looked for so far.)
    if (other.startSeconds < note.startSeconds - longestNote) break;
  }
  for (let i = index + 1; i < sorted.length; i++) {
    const other = sorted[i] as Note;
    if (other.startSeconds >= end) break;
    if (!disturbs(other)) continue;
    if (other.startSeconds < note.startSeconds + overlapSeconds) return undefined;
    end = Math.min(end, other.startSeconds);
  }
  return end;
}

const longestNote = 30;
