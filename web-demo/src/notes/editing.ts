/** What the listener does with notes: each of these can be undone. */

import type { Note } from "divisi";
import { duration } from "../player/player.js";
import { playhead } from "../player/playhead.js";
import { changedNote, type NoteChange, ownNote, withNote, withoutNote } from "./note_correction.js";
import { correctBy, type SongNotes } from "./song_notes.js";

/** How long a note is that is put where one is missing. */
const usualSeconds = 0.25;
/** Without any note that says where music is: middle C. */
const usualPitch = 60;
/** By how much a step moves a note in time, and a small one. */
const [stepSeconds, smallStepSeconds] = [0.05, 0.01] as const;

export function changeNote(notes: SongNotes, note: Note, change: NoteChange): void {
  const changed = changedNote(note, change, duration.peek());
  correctBy(notes, (correction) => withNote(withoutNote(correction, note), changed));
  notes.selected.value = changed;
}

export function addNote(notes: SongNotes, startSeconds: number, pitch: number): void {
  const added = ownNote(startSeconds, startSeconds + usualSeconds, pitch);
  correctBy(notes, (correction) => withNote(correction, added));
  notes.selected.value = added;
}

/** At the playhead, at the pitch of what is selected, or amid the others. */
export function addAtPlayhead(notes: SongNotes): void {
  const pitches = notes.notes.peek().map(({ pitch }) => pitch);
  const middle = pitches.sort((a, b) => a - b)[pitches.length >> 1] ?? usualPitch;
  addNote(notes, playhead.peek(), notes.selected.peek()?.pitch ?? middle);
}

/** Deletes what is selected, and selects what follows it. */
export function deleteNote(notes: SongNotes): void {
  const note = notes.selected.peek();
  if (!note) return;
  const all = notes.notes.peek();
  const index = all.indexOf(note);
  correctBy(notes, (correction) => withoutNote(correction, note));
  notes.selected.value = all[index + 1] ?? all[index - 1];
}

export type NoteStep =
  | "up"
  | "down"
  | "octaveUp"
  | "octaveDown"
  | "earlier"
  | "later"
  | "littleEarlier"
  | "littleLater"
  | "shorter"
  | "longer";

const moved = ({ startSeconds, endSeconds }: Note, seconds: number): NoteChange => ({
  startSeconds: startSeconds + seconds,
  endSeconds: endSeconds + seconds,
});

const changes: Readonly<Record<NoteStep, (note: Note) => NoteChange>> = {
  up: ({ pitch }) => ({ pitch: pitch + 1 }),
  down: ({ pitch }) => ({ pitch: pitch - 1 }),
  octaveUp: ({ pitch }) => ({ pitch: pitch + 12 }),
  octaveDown: ({ pitch }) => ({ pitch: pitch - 12 }),
  earlier: (note) => moved(note, -stepSeconds),
  later: (note) => moved(note, stepSeconds),
  littleEarlier: (note) => moved(note, -smallStepSeconds),
  littleLater: (note) => moved(note, smallStepSeconds),
  shorter: ({ endSeconds }) => ({ endSeconds: endSeconds - stepSeconds }),
  longer: ({ endSeconds }) => ({ endSeconds: endSeconds + stepSeconds }),
};

/** Changes what is selected. */
export function stepNote(notes: SongNotes, step: NoteStep): void {
  const note = notes.selected.peek();
  if (note) changeNote(notes, note, changes[step](note));
}

export type Direction = "back" | "on" | "up" | "down" | "first" | "last";

/** Selects another note: in the order of time, or one that sounds about then and is higher or lower. */
export function goToNote({ notes, selected }: SongNotes, direction: Direction): void {
  const all = notes.peek();
  const note = selected.peek();
  const index = note ? all.indexOf(note) : -1;
  selected.value = index < 0 ? nearPlayhead(all, direction) : neighbour(all, index, direction);
}

function nearPlayhead(all: readonly Note[], direction: Direction): Note | undefined {
  if (direction === "last") return all.at(-1);
  if (direction === "first") return all[0];
  return all.find(({ endSeconds }) => endSeconds > playhead.peek()) ?? all.at(-1);
}

function neighbour(all: readonly Note[], index: number, direction: Direction): Note | undefined {
  const note = all[index] as Note;
  if (direction === "first") return all[0];
  if (direction === "last") return all.at(-1);
  if (direction === "back") return all[index - 1] ?? note;
  if (direction === "on") return all[index + 1] ?? note;
  const sign = direction === "up" ? 1 : -1;
  /** A semitone away weighs as a tenth of a second. */
  const distance = ({ startSeconds, pitch }: Note) =>
    10 * Math.abs(startSeconds - note.startSeconds) + Math.abs(pitch - note.pitch);
  const others = all.filter(({ pitch }) => sign * (pitch - note.pitch) > 0);
  return others.reduce(
    (best, other) => (best === note || distance(other) < distance(best) ? other : best),
    note,
  );
}
