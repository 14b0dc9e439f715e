/**
 * The notes of a song's stem, or of its mix: what is heard of them as it comes, the listener's
 * corrections, and how to undo these. They are looked for while they are shown, once that was asked for.
 */

import { computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { Note } from "divisi";
import { noticeOf } from "../session/notices.js";
import type { Song } from "../songs/types.js";
import { keepNoteCorrection, noteCorrectionOf } from "./kept_note_corrections.js";
import { correctNotes, type NoteCorrection } from "./note_correction.js";
import { mix } from "./sources.js";

/** due: they are looked for. ended: there are no more. cancelled, failed: until that is asked for again. */
export type NotesStage = "due" | "ended" | "cancelled" | "failed";

/** What of a stem is heard while it plays. */
export type HeardAs = "original" | "notes" | "both";

export interface SongNotes {
  readonly song: Song;
  /** A stem of the song's model, or "mix". */
  readonly source: string;
  readonly stage: Signal<NotesStage>;
  /** How much of the song was listened to, 0 to 1. */
  readonly share: Signal<number>;
  /** How many notes are told, 0 to 1; of one voice, all. */
  readonly sensitivity: Signal<number>;
  /** As the model heard them, so far. */
  readonly heard: Signal<readonly Note[]>;
  /** As the listener corrected them, in the order of their starts. */
  readonly notes: ReadonlySignal<readonly Note[]>;
  readonly selected: Signal<Note | undefined>;
  readonly heardAs: Signal<HeardAs>;
  /** How loud notes are: 1 is as loud as the synthesiser can be. */
  readonly gain: Signal<number>;
  /** What is undone, the last one last, and what was undone. */
  readonly past: Signal<readonly NoteCorrection[]>;
  readonly future: Signal<readonly NoteCorrection[]>;
}

/** Where as many notes are wrong as are missed. */
const usualSensitivity = 0.5;
/** About as loud as a song. */
const usualGain = 0.5;

type Opened = ReadonlyMap<string, SongNotes>;

/** All that were ever opened of a song, by stem and the stem's model; and those that are shown. */
interface Of {
  readonly known: Map<string, SongNotes>;
  readonly shown: Signal<Opened>;
}

const ofSongs = new WeakMap<Song, Of>();

function ofSong(song: Song): Of {
  const known = ofSongs.get(song);
  if (known) return known;
  const made = { known: new Map<string, SongNotes>(), shown: signal<Opened>(new Map()) };
  ofSongs.set(song, made);
  return made;
}

const keyOf = (song: Song, source: string) =>
  source === mix ? mix : `${song.model.value} ${source}`;

/** The notes that are shown of a stem; undefined: none. Reads signals. */
export function shownNotes(song: Song, source: string): SongNotes | undefined {
  return ofSong(song).shown.value.get(keyOf(song, source));
}

/** Shows the notes of a stem, and looks for them if that was not done before; or hides them. */
export function toggleNotes(song: Song, source: string): void {
  const { known, shown } = ofSong(song);
  const key = keyOf(song, source);
  const now = new Map(shown.peek());
  if (!now.delete(key)) {
    const notes = known.get(key) ?? createNotes(song, source);
    known.set(key, notes);
    now.set(key, notes);
  }
  shown.value = now;
}

function createNotes(song: Song, source: string): SongNotes {
  const heard = signal<readonly Note[]>([]);
  return {
    song,
    source,
    stage: signal<NotesStage>("due"),
    share: signal(0),
    sensitivity: signal(usualSensitivity),
    heard,
    notes: computed(() => correctNotes(heard.value, noteCorrectionOf(song.id, source))),
    selected: signal<Note | undefined>(undefined),
    heardAs: signal<HeardAs>("original"),
    gain: signal(usualGain),
    past: signal<readonly NoteCorrection[]>([]),
    future: signal<readonly NoteCorrection[]>([]),
  };
}

/** Looks for notes if they are due. @returns what gives that up, to be called when they are hidden */
export function findNotes({ song, source, stage, share, sensitivity, heard }: SongNotes) {
  const ending = new AbortController();
  const { signal } = ending;
  if (stage.peek() !== "due") return () => {};
  share.value = 0;
  heard.value = [];
  // Its code comes when it is first needed.
  import("./transcribe.js")
    .then(({ transcribe }) =>
      transcribe(song, source, {
        signal,
        sensitivity: sensitivity.peek(),
        onNotes: (notes) => {
          heard.value = notes;
        },
        onShare: (done) => {
          share.value = done;
        },
      }),
    )
    .then(() => {
      if (!signal.aborted) stage.value = "ended";
    })
    .catch((error) => {
      // What was given up is looked for again when it is shown again.
      if (signal.aborted) return;
      stage.value = "failed";
      noticeOf(error);
    });
  return () => ending.abort();
}

/** So many corrections can be undone. */
const mostUndone = 200;

/** Keeps a correction, which can be undone. */
export function correctBy(
  { song, source, past, future }: SongNotes,
  change: (correction: NoteCorrection) => NoteCorrection,
): void {
  const before = noteCorrectionOf(song.id, source);
  past.value = [...past.value, before].slice(-mostUndone);
  future.value = [];
  keepNoteCorrection(song.id, source, change(before));
}

export function undo(notes: SongNotes): void {
  travel(notes, notes.past, notes.future);
}

export function redo(notes: SongNotes): void {
  travel(notes, notes.future, notes.past);
}

function travel(
  { song, source, selected }: SongNotes,
  from: Signal<readonly NoteCorrection[]>,
  to: Signal<readonly NoteCorrection[]>,
): void {
  const correction = from.value.at(-1);
  if (!correction) return;
  const before = noteCorrectionOf(song.id, source);
  to.value = [...to.value, before];
  from.value = from.value.slice(0, -1);
  keepNoteCorrection(song.id, source, correction);
  // What comes back by it is what one looks for.
  selected.value = correction.own.find((note) => !before.own.includes(note));
}
