/** The listener's corrections of notes, by song and stem, as the browser keeps them. */

import { signal } from "@preact/signals";
import type { Note } from "divisi";
import { beforeDeletion } from "../session/deletion.js";
import { isCorrected, type NoteCorrection, ownNote, uncorrected } from "./note_correction.js";

const storageKey = "note-corrections";

/** By stem, or `mix`. */
type KeptSong = Readonly<Record<string, NoteCorrection>>;

const kept = signal<Readonly<Record<string, KeptSong>>>(restore());

/** As it is stored: starts and pitches; and starts, ends, pitches and velocities. */
interface Stored {
  readonly removed: readonly (readonly number[])[];
  readonly own: readonly (readonly number[])[];
}

function restore(): Readonly<Record<string, KeptSong>> {
  try {
    const stored = JSON.parse(localStorage.getItem(storageKey) ?? "{}") as Record<
      string,
      Record<string, Stored>
    >;
    return mapped(stored, (song) => mapped(song, known));
  } catch {
    return {};
  }
}

function known({ removed, own }: Stored): NoteCorrection {
  const areNumbers = (row: readonly number[], count: number) =>
    row.length === count && row.every(Number.isFinite);
  return {
    removed: removed
      .filter((row) => areNumbers(row, 2))
      .map(([startSeconds = 0, pitch = 0]) => ({ startSeconds, pitch })),
    own: own
      .filter((row) => areNumbers(row, 4))
      .map(([start = 0, end = 0, pitch = 0, velocity = 0]) => ({
        ...ownNote(start, end, pitch),
        velocity,
      })),
  };
}

/** Tenths of a millisecond. */
const rounded = (seconds: number) => Number(seconds.toFixed(4));

function asStored({ removed, own }: NoteCorrection): Stored {
  const row = ({ startSeconds, endSeconds, pitch, velocity }: Note) => [
    rounded(startSeconds),
    rounded(endSeconds),
    pitch,
    velocity,
  ];
  return {
    removed: removed.map(({ startSeconds, pitch }) => [rounded(startSeconds), pitch]),
    own: own.map(row),
  };
}

function mapped<From, To>(
  record: Readonly<Record<string, From>>,
  map: (value: From) => To,
): Record<string, To> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, map(value)]));
}

/** Reads a signal. @param song its id @param source a stem, or "mix" */
export function noteCorrectionOf(song: string, source: string): NoteCorrection {
  return kept.value[song]?.[source] ?? uncorrected;
}

export function keepNoteCorrection(song: string, source: string, correction: NoteCorrection): void {
  const { [song]: ofSong = {}, ...others } = kept.value;
  const { [source]: _, ...otherSources } = ofSong;
  const now = isCorrected(correction) ? { ...otherSources, [source]: correction } : otherSources;
  kept.value = Object.keys(now).length > 0 ? { ...others, [song]: now } : others;
  try {
    const stored = mapped(kept.value, (each) => mapped(each, asStored));
    localStorage.setItem(storageKey, JSON.stringify(stored));
  } catch {
    // For this visit only, then.
  }
}

// Everything is forgotten, here and in the browser.
beforeDeletion(async () => {
  kept.value = {};
});
