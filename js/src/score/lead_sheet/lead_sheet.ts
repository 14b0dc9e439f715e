/** A melody as sheet music, with the song's chords above it. */

import {
  type MeasureAttributes,
  type MeasureEntry,
  type Part,
  type Score,
  serialize,
} from "musicxml-io";
import { checkResult } from "../../analysis/formats/check_result.js";
import { fifthsOf } from "../../analysis/formats/key_signature.js";
import { tempoMap, ticksPerBeat } from "../../analysis/formats/tempo_map.js";
import type { AnalysisResult, KeyPart } from "../../analysis/types.js";
import { badOption, checkOptions } from "../../base/options.js";
import { isNote } from "../../notes/is_note.js";
import type { Note } from "../../notes/types.js";
import { oneVoice } from "../one_voice.js";
import { spansOf } from "../spans.js";
import type { LeadSheetOptions } from "../types.js";
import { chordSymbol } from "./chord_symbols.js";
import { type Measure, measuresOf } from "./measures.js";
import { type Meter, meterOf } from "./meter.js";
import { type Sound, Staff } from "./staff.js";

const grids = [1, 2, 3, 4, 6, 8];
/** Notes below this line's middle, on the whole, want the bass clef: middle C. */
const middle = 60;

/**
 * A melody as a lead sheet, in MusicXML 4.0, which notation programs open: its notes on the song's beats,
 * in measures, under the song's chords, with its meter, keys and tempo. Of notes that sound at once the
 * line that is surest is written (`oneVoice`). What a grid cannot hold, as ornaments and rubato, is lost.
 *
 * ```ts
 * const analysis = await analyser.analyse(audioBuffer);
 * const { notes } = await transcriber.transcribe(audioBuffer); // of the stem of the vocals
 * const xml = leadSheet(analysis, notes, { title: "A song" });
 * save("song.musicxml", new Blob([xml], { type: "application/vnd.recordare.musicxml+xml" }));
 * ```
 */
export function leadSheet(
  analysis: AnalysisResult,
  notes: readonly Note[],
  options: LeadSheetOptions = {},
): string {
  checkResult(analysis);
  checkOptions(options);
  const { grid, title, name = "Melody" } = options;
  if (!Array.isArray(notes) || !notes.every(isNote)) throw badOption("notes", "notes", notes);
  if (grid !== undefined && !grids.includes(grid)) {
    throw badOption("grid", `one of ${grids.join(", ")}`, grid);
  }
  for (const [option, text] of Object.entries({ title, name })) {
    if (text !== undefined && typeof text !== "string") throw badOption(option, "a text", text);
  }
  const beats = beatsOf(analysis);
  const voice = oneVoice(notes);
  const meter = meterOf(
    voice.map((note) => beats(note.startSeconds)),
    grid,
  );
  const sounds = soundsOf(voice, beats, meter);
  const first = sounds[0]?.start ?? 0;
  const last = sounds.at(-1)?.end ?? 0;
  const measures = measuresOf(analysis.beats, first / meter.perBeat, last / meter.perBeat);
  const part = partOf(analysis, sounds, measures, meter, beats);
  const score: Score = {
    _id: "",
    version: "4.0",
    metadata: {
      ...(title !== undefined && { workTitle: title }),
      encoding: { software: ["divisi"] },
    },
    partList: [{ _id: "", type: "score-part", id: part.id, name }],
    parts: [part],
  };
  return serialize(score);
}

/** Beats are whole numbers on this scale. Before the first one they go on as they begin. */
function beatsOf({ beats }: AnalysisResult): (seconds: number) => number {
  const [first, second] = beats?.beats ?? [];
  const map = tempoMap(beats?.beats ?? []);
  const interval = first && (second ? second.seconds - first.seconds : 60 / first.tempo);
  return (seconds) =>
    first && interval && seconds < first.seconds
      ? (seconds - first.seconds) / interval
      : map.tick(seconds) / ticksPerBeat - map.lead;
}

/** Notes on the grid; a gap of one line before the next one is no rest. */
function soundsOf(
  voice: readonly Note[],
  beats: (seconds: number) => number,
  meter: Meter,
): Sound[] {
  const spans = spansOf(voice, beats, meter.grid).sort((a, b) => a.start - b.start);
  const lines = spans.map(({ note, start, end }) => ({
    pitch: note.pitch,
    start: meter.grid.count(start),
    end: meter.grid.count(end),
  }));
  return lines.map((sound, index) => {
    const next = lines[index + 1]?.start ?? Number.POSITIVE_INFINITY;
    return { ...sound, end: next - sound.end <= 1 ? next : sound.end };
  });
}

function partOf(
  analysis: AnalysisResult,
  sounds: readonly Sound[],
  measures: readonly Measure[],
  meter: Meter,
  beats: (seconds: number) => number,
): Part {
  const staff = new Staff(sounds, meter);
  const keys = keysOf(analysis, measures, beats);
  const chords = (analysis.chords?.chords ?? []).map((chord) => ({
    chord,
    at: meter.grid.count(beats(chord.startSeconds)),
  }));
  const tempos = analysis.beats?.beats ?? [];
  let told: { fifths?: number; length?: number; tempo?: number } = {};
  // A measure that begins with the song has the number 0, as it is not whole.
  const [first] = measures;
  const offset = first && first.beats < first.length ? 0 : 1;
  const written = measures.map((measure, index) => {
    const { fifths, isMinor } = keys[index] ?? noKey;
    const attributes: MeasureAttributes = {
      ...(index === 0 && { divisions: meter.perWhole / 4, clef: [clefOf(sounds)] }),
      ...(fifths !== told.fifths && {
        key: { fifths, mode: isMinor ? ("minor" as const) : ("major" as const) },
      }),
      ...(measure.length !== told.length && { time: timeOf(measure.length, meter) }),
    };
    const entries: MeasureEntry[] = [];
    const tempo = tempos[Math.max(0, measure.start)]?.tempo ?? (index === 0 ? 120 : undefined);
    if (tempo !== undefined && isOther(tempo, told.tempo)) {
      entries.push(tempoMark(tempo, meter, index === 0));
      told = { ...told, tempo };
    }
    told = { ...told, fifths, length: measure.length };
    const from = measure.start * meter.perBeat;
    const to = from + measure.beats * meter.perBeat;
    const symbols = chords.filter(({ at }) => at >= from && at < to);
    entries.push(
      ...staff.write(measure, fifths, isMinor, (start, end) =>
        symbols.flatMap(({ chord, at }) => {
          if (at < start || at >= end) return [];
          return chordSymbol(chord, fifths, isMinor, at - start) ?? [];
        }),
      ),
    );
    return {
      _id: "",
      number: String(index + offset),
      ...(index === 0 && offset === 0 && { implicit: true }),
      ...(Object.keys(attributes).length > 0 && { attributes }),
      // Each needs a name of its own, as the file has it.
      entries: entries.map((entry, place) => ({
        ...entry,
        _id: `measure-${index + offset}-${place + 1}`,
      })),
    };
  });
  return { _id: "", id: "P1", measures: written };
}

const noKey = { fifths: 0, isMinor: false };

/** The key of each measure: that of its beginning, or where a part begins soon behind it, of that one. */
function keysOf(
  { key }: AnalysisResult,
  measures: readonly Measure[],
  beats: (seconds: number) => number,
) {
  const parts = (key?.parts ?? []).map((part: KeyPart) => ({
    start: beats(part.startSeconds),
    fifths: fifthsOf(part),
    isMinor: part.mode === "minor",
  }));
  return measures.map(({ start, beats }) => {
    const begun = parts.filter((part) => part.start <= start + beats / 2);
    return begun.at(-1) ?? parts[0] ?? noKey;
  });
}

function clefOf(sounds: readonly Sound[]) {
  const pitches = sounds.map(({ pitch }) => pitch).sort((a, b) => a - b);
  const isLow = (pitches[pitches.length >> 1] ?? middle) < middle - 5;
  return isLow ? ({ sign: "F", line: 4 } as const) : ({ sign: "G", line: 2 } as const);
}

function timeOf(beats: number, { isCompound }: Meter) {
  return isCompound
    ? { beats: String(3 * beats), beatType: 8 }
    : { beats: String(beats), beatType: 4 };
}

/** Smaller changes are how people play. */
function isOther(tempo: number, before: number | undefined): boolean {
  return before === undefined || Math.abs(tempo / before - 1) > 0.06;
}

function tempoMark(tempo: number, { isCompound, isSwung }: Meter, isFirst: boolean): MeasureEntry {
  const perMinute = Math.round(tempo);
  return {
    _id: "",
    type: "direction",
    placement: "above",
    directionTypes: [
      ...(isFirst && isSwung ? [{ kind: "words", text: "Swing" } as const] : []),
      { kind: "metronome", beatUnit: "quarter", beatUnitDot: isCompound, perMinute },
    ],
    // In quarters, whatever the beat is.
    sound: { tempo: Math.round((isCompound ? 1.5 : 1) * tempo * 100) / 100 },
  };
}
