/** A song written down: a MIDI file of its beats, keys, chords and sections, and a track for each part. */

import type { MidiEvent } from "midi-file";
import { checkResult } from "../analysis/formats/check_result.js";
import { conductorTrack } from "../analysis/formats/midi.js";
import { type TempoMap, ticksPerBeat } from "../analysis/formats/tempo_map.js";
import type { AnalysisResult } from "../analysis/types.js";
import { badOption, checkOptions } from "../base/options.js";
import { drumTrack, isHit } from "../drums/drum_track.js";
import { midiBytes } from "../files/midi_bytes.js";
import { isNote } from "../notes/is_note.js";
import { Grid, swingOf } from "./grid.js";
import { type Span, spansOf } from "./spans.js";
import type { DrumPart, NotePart, ScoreOptions, ScorePart } from "./types.js";

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
 * as markers, as they were found; each part has a track of its own, drums on channel 10. Notes lie on the
 * song's beats: in a sequencer they are on its grid, and beside the audio where they were heard.
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
  const starts = parts.flatMap((part) =>
    isDrums(part)
      ? part.hits.map(({ seconds }) => beats(seconds))
      : part.notes.map(({ startSeconds }) => beats(startSeconds)),
  );
  const lines = grid === undefined ? undefined : new Grid(grid, swingOf(starts));
  const tick = (beat: number) => Math.max(0, Math.round((beat + map.lead) * ticksPerBeat));
  const tracks = parts.map((part, index) => {
    if (isDrums(part)) return hitTrack(part, beats, lines, tick);
    return partTrack(part, channels[index % channels.length] ?? 0, beats, lines, tick);
  });
  return midiBytes([events, ...tracks], ticksPerBeat);
}

function checkParts(parts: readonly ScorePart[]): void {
  if (!Array.isArray(parts)) throw badOption("parts", "parts with their notes", parts);
  for (const [index, part] of parts.entries()) {
    const { name, notes, hits, program } = (part ?? {}) as Partial<NotePart & DrumPart>;
    if (typeof name !== "string") throw badOption(`parts[${index}].name`, "a text", name);
    if (hits !== undefined && notes === undefined) {
      if (Array.isArray(hits) && hits.every(isHit)) continue;
      throw badOption(`parts[${index}].hits`, "hits", hits);
    }
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

/** What a part is: checkParts() lets those with both be parts of notes. */
function isDrums(part: ScorePart): part is DrumPart {
  return (part as Partial<NotePart>).notes === undefined;
}

function hitTrack(
  { name, hits }: DrumPart,
  beats: (seconds: number) => number,
  grid: Grid | undefined,
  tick: (beat: number) => number,
): MidiEvent[] {
  const placed = hits.map((hit) => {
    const beat = beats(hit.seconds);
    return { hit, tick: tick(grid ? grid.nearest(beat) : beat) };
  });
  return [
    { deltaTime: 0, meta: true, type: "trackName", text: name },
    ...drumTrack(placed, ticksPerBeat / 4),
    { deltaTime: 0, meta: true, type: "endOfTrack" },
  ];
}

function partTrack(
  { name, notes, program }: NotePart,
  channel: number,
  beats: (seconds: number) => number,
  grid: Grid | undefined,
  tick: (beat: number) => number,
): MidiEvent[] {
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
