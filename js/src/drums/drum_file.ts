/** Hits of drums as the files of other programs. */

import { badOption, checkOneOf, checkOptions } from "../base/options.js";
import { csvRow } from "../files/csv.js";
import { midiBytes } from "../files/midi_bytes.js";
import { drumTrack, isHit } from "./drum_track.js";
import type { DrumFileOptions, DrumFormat, DrumHit } from "./types.js";

const ticksPerBeat = 960;

/**
 * Hits as a file: a standard MIDI file of one track, on channel 10 with the notes of General MIDI's drum
 * map, or CSV with a row for each hit.
 *
 * ```ts
 * const { hits } = await drums.transcribe(audioBuffer);
 * save("drums.mid", new Blob([drumFile(hits, "midi")], { type: "audio/midi" }));
 * ```
 */
export function drumFile(
  hits: readonly DrumHit[],
  format: DrumFormat,
  options: DrumFileOptions = {},
): Uint8Array<ArrayBuffer> {
  if (!Array.isArray(hits) || !hits.every(isHit)) throw badOption("hits", "hits", hits);
  checkOneOf("format", format, ["midi", "csv"]);
  checkOptions(options);
  const { tempo = 120 } = options;
  if (!(typeof tempo === "number" && tempo >= 4 && tempo <= 960)) {
    throw badOption("tempo", "a number from 4 to 960", tempo);
  }
  return format === "csv" ? new TextEncoder().encode(csvOf(hits)) : midiOf(hits, tempo);
}

function csvOf(hits: readonly DrumHit[]): string {
  const head = csvRow(["seconds", "instrument", "note", "velocity", "confidence"]);
  const rows = hits.map(({ seconds, instrument, note, velocity, confidence }) =>
    csvRow([seconds, instrument, String(note), String(velocity), confidence]),
  );
  return [head, ...rows].join("");
}

function midiOf(hits: readonly DrumHit[], tempo: number): Uint8Array<ArrayBuffer> {
  const microsecondsPerBeat = Math.round(6e7 / tempo);
  const tick = (seconds: number) =>
    Math.max(0, Math.round(((seconds * 1e6) / microsecondsPerBeat) * ticksPerBeat));
  const placed = hits.map((hit) => ({ hit, tick: tick(hit.seconds) }));
  const track = [
    { deltaTime: 0, meta: true, type: "setTempo", microsecondsPerBeat } as const,
    ...drumTrack(placed, ticksPerBeat / 4),
    { deltaTime: 0, meta: true, type: "endOfTrack" } as const,
  ];
  return midiBytes([track], ticksPerBeat);
}
