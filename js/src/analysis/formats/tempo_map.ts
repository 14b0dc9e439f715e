/** The beats of a song as the ticks of a sequencer. */

import type { Beat } from "../types.js";

/** Ticks a beat: a tick is less than a millisecond from 63 beats a minute on. */
export const ticksPerBeat = 960;

/** Without beats nothing says how long a tick is: this is what MIDI files mean that don't say it. */
const defaultInterval = 0.5;

/** How many times faster or slower than the first beats the time before them may be. */
const tolerance = 3 / 2;

/** The shortest step of that time, in beats. */
const shortestUnit = 1 / 16;

/** From here on, until the next one. */
export interface TempoChange {
  readonly tick: number;
  readonly microsecondsPerBeat: number;
}

export interface TempoMap {
  readonly changes: readonly TempoChange[];
  /** From the start of the audio, which is tick 0, to the first beat: in beats, a multiple of `unit`. */
  readonly lead: number;
  /** A power of two, at most 1. */
  readonly unit: number;
  /** The tick next to a time. */
  tick(seconds: number): number;
}

/**
 * Each beat lies on its time, to a microsecond (the first one to half of that for each beat of the
 * lead); the tempo changes on beats alone.
 */
export function tempoMap(beats: readonly Beat[]): TempoMap {
  const [first, second] = beats;
  const interval = first ? (second ? second.seconds - first.seconds : 60 / first.tempo) : undefined;
  const { lead, unit } = leadOf(first?.seconds ?? 0, interval ?? defaultInterval);
  const knots = beats.map(({ seconds }, index) => ({
    seconds,
    tick: Math.round((lead + index) * ticksPerBeat),
  }));
  if (lead > 0 || knots.length === 0) knots.unshift({ seconds: 0, tick: 0 });
  const last = knots.at(-1) ?? { seconds: 0, tick: 0 };
  const lastInterval =
    beats.length > 1 ? last.seconds - (beats.at(-2)?.seconds ?? 0) : (interval ?? defaultInterval);
  knots.push({ seconds: last.seconds + lastInterval, tick: last.tick + ticksPerBeat });

  const changes: TempoChange[] = [];
  // What a reader adds up: intervals are aimed from there, so that roundings don't.
  let microseconds = 0;
  for (const [index, { tick }] of knots.slice(0, -1).entries()) {
    const next = knots[index + 1] ?? last;
    const length = (next.tick - tick) / ticksPerBeat;
    const microsecondsPerBeat = Math.round((next.seconds * 1e6 - microseconds) / length);
    microseconds += microsecondsPerBeat * length;
    if (changes.at(-1)?.microsecondsPerBeat !== microsecondsPerBeat) {
      changes.push({ tick, microsecondsPerBeat });
    }
  }
  return { changes, lead, unit, tick: (seconds) => tickAt(seconds, knots) };
}

/**
 * The time before the first beat in whole beats, or where that would bend the tempo too much, as it
 * is short, in halves, quarters … of one.
 */
function leadOf(seconds: number, interval: number): { lead: number; unit: number } {
  if (seconds <= 0) return { lead: 0, unit: 1 };
  const beats = seconds / interval;
  for (let unit = 1; ; unit /= 2) {
    const lead = Math.max(unit, Math.round(beats / unit) * unit);
    const bend = Math.max(beats / lead, lead / beats);
    if (bend <= tolerance || unit === shortestUnit) return { lead, unit };
  }
}

interface Knot {
  readonly seconds: number;
  readonly tick: number;
}

/** On the line through the knots around it; the last two reach to the end of time. */
function tickAt(seconds: number, knots: readonly Knot[]): number {
  let low = 1;
  let high = knots.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((knots[middle]?.seconds ?? 0) <= seconds) low = middle + 1;
    else high = middle;
  }
  const [from, to] = [knots[low - 1], knots[low]];
  if (!from || !to) return 0;
  const share = (seconds - from.seconds) / (to.seconds - from.seconds);
  return Math.max(0, Math.round(from.tick + share * (to.tick - from.tick)));
}
