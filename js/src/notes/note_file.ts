/** Notes as the files of other programs. */

import type { MidiEvent } from "midi-file";
import { badOption, checkFlag, checkOneOf, checkOptions, inRange } from "../base/options.js";
import { csvRow } from "../files/csv.js";
import { midiBytes } from "../files/midi_bytes.js";
import { isNote } from "./is_note.js";
import type { Note, NoteFileOptions, NoteFormat } from "./types.js";

const ticksPerBeat = 960;
const drumChannel = 9;
/** Semitones of the largest bend of a channel, as all players have it from the start. */
const bendRange = 2;

/**
 * Notes as a file: a standard MIDI file of one track, or CSV with a row for each note.
 *
 * ```ts
 * const { notes } = await transcriber.transcribe(audioBuffer);
 * save("song.mid", new Blob([noteFile(notes, "midi")], { type: "audio/midi" }));
 * ```
 */
export function noteFile(
  notes: readonly Note[],
  format: NoteFormat,
  options: NoteFileOptions = {},
): Uint8Array<ArrayBuffer> {
  if (!Array.isArray(notes) || !notes.every(isNote)) throw badOption("notes", "notes", notes);
  checkOneOf("format", format, ["midi", "csv"]);
  checkOptions(options);
  const { bends = false, tempo = 120 } = options;
  checkFlag("bends", bends);
  if (format === "csv") return new TextEncoder().encode(csvOf(notes));
  return midiOf(notes, bends, inRange("tempo", tempo, 4, 960));
}

function csvOf(notes: readonly Note[]): string {
  const head = csvRow(["startSeconds", "endSeconds", "pitch", "velocity", "confidence"]);
  const rows = notes.map(({ startSeconds, endSeconds, pitch, velocity, confidence }) =>
    csvRow([startSeconds, endSeconds, String(pitch), String(velocity), confidence]),
  );
  return [head, ...rows].join("");
}

/** An event without the time since the one before it. */
type Untimed = Of<MidiEvent>;
type Of<E> = E extends MidiEvent ? Omit<E, "deltaTime"> : never;

interface Placed {
  readonly tick: number;
  /** At one tick, notes end before others begin, and a bend comes before its note. */
  readonly order: 0 | 1 | 2;
  readonly event: Untimed;
}

function midiOf(notes: readonly Note[], bends: boolean, tempo: number): Uint8Array<ArrayBuffer> {
  const microsecondsPerBeat = Math.round(6e7 / tempo);
  const tickOf = (seconds: number) =>
    Math.round(((seconds * 1e6) / microsecondsPerBeat) * ticksPerBeat);
  const channels = bends ? channelsOf(notes) : [];
  const placed = notes.flatMap((note, index) => noteEvents(note, channels[index], tickOf));
  placed.sort((a, b) => a.tick - b.tick || a.order - b.order);
  const events: MidiEvent[] = [{ deltaTime: 0, meta: true, type: "setTempo", microsecondsPerBeat }];
  let last = 0;
  for (const { tick, event } of placed) {
    events.push({ ...event, deltaTime: tick - last } as MidiEvent);
    last = tick;
  }
  events.push({ deltaTime: 0, meta: true, type: "endOfTrack" });
  return midiBytes([events], ticksPerBeat);
}

/** @param own the note's own channel; undefined: one for all, without bends. */
function noteEvents(
  { startSeconds, endSeconds, pitch, velocity, bends }: Note,
  own: number | undefined,
  tickOf: (seconds: number) => number,
): Placed[] {
  const channel = own ?? 0;
  const start = tickOf(startSeconds);
  const end = Math.max(tickOf(endSeconds), start + 1);
  const noteNumber = pitch;
  const events: Placed[] = [
    { tick: start, order: 2, event: { type: "noteOn", channel, noteNumber, velocity } },
    { tick: end, order: 0, event: { type: "noteOff", channel, noteNumber, velocity: 64 } },
  ];
  if (own === undefined) return events;
  let sent: number | undefined;
  bends.forEach((semitones, index) => {
    const share = Math.max(-1, Math.min(1, semitones / bendRange));
    const value = Math.min(Math.round(share * 8192), 8191);
    if (value === sent) return;
    sent = value;
    const tick = start + Math.floor(((end - start) * index) / bends.length);
    events.push({ tick, order: 1, event: { type: "pitchBend", channel, value } });
  });
  return events;
}

/** Of each note, in the order of their starts, the channel that has been silent for longest. */
function channelsOf(notes: readonly Note[]): (number | undefined)[] {
  const free = Array.from({ length: 16 }, () => Number.NEGATIVE_INFINITY);
  free[drumChannel] = Number.POSITIVE_INFINITY;
  free[0] = Number.POSITIVE_INFINITY; // for notes that find none
  return notes.map(({ startSeconds, endSeconds }) => {
    const channel = free.indexOf(Math.min(...free));
    if ((free[channel] as number) > startSeconds) return undefined;
    free[channel] = endSeconds;
    return channel;
  });
}
