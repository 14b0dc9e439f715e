/**
 * A standard MIDI file whose bars and beats lie where the song's do: a sequencer that opens it beside
 * the audio has its grid on the music. It holds tempo, time signatures, key signatures, and chords and
 * sections as markers, all in one track, and no notes.
 */

import type { MidiEvent } from "midi-file";
import { midiBytes } from "../../files/midi_bytes.js";
import type { AnalysisResult, BeatsResult, KeyPart } from "../types.js";
import { barsOf } from "./bars.js";
import { fifthsOf } from "./key_signature.js";
import { sectionText } from "./labels.js";
import { type TempoMap, tempoMap, ticksPerBeat } from "./tempo_map.js";

/** An event without the time since the one before it. */
type Meta =
  | { readonly type: "setTempo"; readonly microsecondsPerBeat: number }
  | ({ readonly type: "timeSignature" } & Signature)
  | { readonly type: "keySignature"; readonly key: number; readonly scale: number }
  | { readonly type: "marker"; readonly text: string }
  | { readonly type: "endOfTrack" };

interface Signature {
  readonly numerator: number;
  readonly denominator: number;
}

interface Placed {
  readonly tick: number;
  readonly event: Meta;
}

export function midiFile(result: AnalysisResult): Uint8Array<ArrayBuffer> {
  return midiBytes([conductorTrack(result).events], ticksPerBeat);
}

/** Its only track, which in a score is the first of several, and where things lie in it. */
export function conductorTrack(result: AnalysisResult): { events: MidiEvent[]; map: TempoMap } {
  const { durationSeconds, beats, key, chords, sections } = result;
  const map = tempoMap(beats?.beats ?? []);
  const placed: Placed[] = [
    ...(beats ? signatures(beats, map) : []),
    ...map.changes.map(({ tick, microsecondsPerBeat }) => ({
      tick,
      event: { type: "setTempo", microsecondsPerBeat } as const,
    })),
    ...(key?.parts ?? []).map((part) => ({
      tick: map.tick(part.startSeconds),
      event: keySignature(part),
    })),
    ...(sections?.sections ?? []).map((section) => ({
      tick: map.tick(section.startSeconds),
      event: { type: "marker", text: sectionText(section) } as const,
    })),
    ...(chords?.chords ?? []).map(({ startSeconds, label }) => ({
      tick: map.tick(startSeconds),
      event: { type: "marker", text: label } as const,
    })),
  ];
  placed.sort((a, b) => a.tick - b.tick); // stable: at one tick in the order above
  const end = Math.max(map.tick(durationSeconds), placed.at(-1)?.tick ?? 0);
  const events = eventsOf([...placed, { tick: end, event: { type: "endOfTrack" } }]);
  return { events, map };
}

/**
 * Beats are quarters. Downbeats begin bars, so the first bar is one of what is left over before the
 * first downbeat; it has finer notes where the song starts between beats.
 */
function signatures(beats: BeatsResult, { lead, unit }: TempoMap): Placed[] {
  const bars = barsOf(beats);
  const [first] = bars;
  if (!first) return [];
  // Later ones take the place of earlier ones at the same tick.
  const changes = new Map<number, Signature>();
  const firstNumber = beats.beats[0]?.number ?? 1;
  const before = lead + (first.pickUp ? first.length - firstNumber + 1 : 0);
  const short = before % first.length;
  if (short > 0) changes.set(0, { numerator: short / unit, denominator: 4 / unit });
  changes.set(short * ticksPerBeat, { numerator: first.length, denominator: 4 });
  let current = first.length;
  for (const { index, length, pickUp } of bars) {
    if (pickUp || length === current) continue;
    changes.set((lead + index) * ticksPerBeat, { numerator: length, denominator: 4 });
    current = length;
  }
  return [...changes].map(([tick, signature]) => ({
    tick,
    event: { type: "timeSignature", ...signature },
  }));
}

function keySignature(part: KeyPart): Meta {
  const scale = part.mode === "minor" ? 1 : 0;
  return { type: "keySignature", key: fifthsOf(part), scale };
}

function eventsOf(placed: readonly Placed[]): MidiEvent[] {
  return placed.map(({ tick, event }, index) =>
    midiEvent(tick - (placed[index - 1]?.tick ?? 0), event),
  );
}

function midiEvent(deltaTime: number, event: Meta): MidiEvent {
  const timed = { deltaTime, meta: true, ...event } as const;
  // Clicks a quarter, and 32nds in one, as everywhere.
  return timed.type === "timeSignature" ? { ...timed, metronome: 24, thirtyseconds: 8 } : timed;
}
