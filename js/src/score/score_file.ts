/** A song written down: a MIDI file of its beats, keys, chords and sections, and a track for each part. */

import type { MidiEvent } from "midi-file";
import { checkResult } from "../analysis/formats/check_result.js";
import { conductorTrack } from "../analysis/formats/midi.js";
import { type TempoMap, ticksPerBeat } from "../analysis/formats/tempo_map.js";
import type { AnalysisResult } from "../analysis/types.js";
import { badOption, checkOptions } from "../base/options.js";
import { midiBytes } from "../files/midi_bytes.js";
import { isNote } from "../notes/is_note.js";
import { Grid, swingOf } from "./grid.js";
import { type Span, spansOf } from "./spans.js";
import type { ScoreOptions, ScorePart } from "./types.js";

const mostDivisions = 12;
/** Channels but that of drums; with more parts several share one. */
const channels = [0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 13, 14, 15] as const;

/** As General MIDI numbers them, from 0: a sound for each stem that separators have. */
const programs: Readonly<Record<string, number>> = {
  vocals: 52, // choir aahs
  bass: 33, // electric bass, fingered
  guitar: 25, // acoustic guitar, steel
  piano: 0,
  other: 0,
  accompaniment: 0,
};

/**
 * A song as a standard MIDI file (format 1): the first track has tempo, bars, keys, and chords and sections
 * as markers, as they were found; each part has a track of its own. Notes lie on the song's beats: in a
 * sequencer they are on its grid, and beside the audio where they were heard.
 *
 * ```ts
 * const analysis = await analyser.analyse(audioBuffer);
 * const { notes } = await transcriber.transcribe(audioBuffer);
 * const bytes = scoreFile(analysis, [{ name: "piano", notes }], { grid: 4 });
 * save("song.mid", new Blob([bytes], { type: "audio/midi" }));
 * ```
 */
export function scoreFile(
  analysis: AnalysisResult,
  parts: readonly ScorePart[],
  options: ScoreOptions = {},
): Uint8Array<ArrayBuffer> {
  checkResult(analysis);
  checkParts(parts);
  checkOptions(options);
  const { grid } = options;
  if (grid !== undefined && !(Number.isInteger(grid) && grid >= 1 && grid <= mostDivisions)) {
    throw badOption("grid", `a whole number from 1 to ${mostDivisions}`, grid);
  }
  const { events, map } = conductorTrack(analysis);
  const beats = beatsOf(map);
  const starts = parts.flatMap(({ notes }) => notes.map((note) => beats(note.startSeconds)));
  const lines = grid === undefined ? undefined : new Grid(grid, swingOf(starts));
  const tracks = parts.map((part, index) =>
    partTrack(part, channels[index % channels.length] ?? 0, beats, lines, map),
  );
  return midiBytes([events, ...tracks], ticksPerBeat);
}

function checkParts(parts: readonly ScorePart[]): void {
  if (!Array.isArray(parts)) throw badOption("parts", "parts with their notes", parts);
  for (const [index, part] of parts.entries()) {
    const { name, notes, program } = (part ?? {}) as Partial<ScorePart>;
    if (typeof name !== "string") throw badOption(`parts[${index}].name`, "a text", name);
    if (!Array.isArray(notes) || !notes.every(isNote)) {
      throw badOption(`parts[${index}].notes`, "notes", notes);
    }
    if (program === undefined || (Number.isInteger(program) && program >= 0 && program < 128))
      continue;
    throw badOption(`parts[${index}].program`, "a whole number from 0 to 127", program);
  }
}

/** Beats are whole numbers on this scale, whatever lies before the first one. */
function beatsOf(map: TempoMap): (seconds: number) => number {
  return (seconds) => map.tick(seconds) / ticksPerBeat - map.lead;
}

function partTrack(
  { name, notes, program }: ScorePart,
  channel: number,
  beats: (seconds: number) => number,
  grid: Grid | undefined,
  { lead }: TempoMap,
): MidiEvent[] {
  const tick = (beat: number) => Math.max(0, Math.round((beat + lead) * ticksPerBeat));
  const programNumber = program ?? programs[name] ?? 0;
  const placed = spansOf(notes, beats, grid).flatMap((span) => noteEvents(span, channel, tick));
  // At one tick, notes end before others begin.
  placed.sort((a, b) => a.tick - b.tick || a.order - b.order);
  const track: MidiEvent[] = [
    { deltaTime: 0, meta: true, type: "trackName", text: name },
    { deltaTime: 0, type: "programChange", channel, programNumber },
  ];
  let last = 0;
  for (const { tick, event } of placed) {
    track.push({ ...event, deltaTime: tick - last });
    last = tick;
  }
  track.push({ deltaTime: 0, meta: true, type: "endOfTrack" });
  return track;
}

interface Placed {
  readonly tick: number;
  readonly order: 0 | 1;
  readonly event: Extract<MidiEvent, { type: "noteOn" | "noteOff" }>;
}

function noteEvents(
  { note: { pitch, velocity }, start, end }: Span,
  channel: number,
  tick: (beat: number) => number,
): Placed[] {
  const from = tick(start);
  const to = Math.max(tick(end), from + 1);
  const event = { deltaTime: 0, channel, noteNumber: pitch };
  return [
    { tick: from, order: 1, event: { ...event, type: "noteOn", velocity } },
    { tick: to, order: 0, event: { ...event, type: "noteOff", velocity: 64 } },
  ];
}
