/**
 * When a metronome clicks: the beats of a song on the clock of the audio, through its loop and before
 * its start.
 */

import type { Beat, SongRange } from "divisi";
import { frameSeconds, indexAt } from "../analysis/beat_grid.js";
import type { SongPlace } from "../player/playhead.js";
import { stretchesFrom } from "../player/song_course.js";

export interface Click {
  /** The audio's time, in seconds. */
  readonly contextTime: number;
  /** Whether it is the first of a bar. */
  readonly accented: boolean;
}

/** The clicks of the next `seconds` from a place on. */
export function clicksFrom(
  beats: readonly Beat[],
  place: SongPlace,
  seconds: number,
  loop: SongRange | undefined,
): Click[] {
  return stretchesFrom(place, seconds, loop).flatMap(({ contextTime, from, until }) => {
    const clicks: Click[] = [];
    for (let index = firstFrom(beats, from - frameSeconds); ; index++) {
      const beat = beats[index];
      if (!beat || beat.seconds >= until) return clicks;
      const at = contextTime + beat.seconds - from;
      clicks.push({ contextTime: at, accented: beat.number === 1 });
    }
  });
}

/** The index of the first beat at `seconds` or later. */
function firstFrom(beats: readonly Beat[], seconds: number): number {
  const index = indexAt(beats, seconds);
  return beats[index]?.seconds === seconds ? index : index + 1;
}

/** A count before a song: one bar of its tempo, which leads to a beat at its start or just after it. */
export interface CountIn {
  /** From the first click to where the song starts. */
  readonly seconds: number;
  /** After the first of them. */
  readonly clicks: readonly { readonly seconds: number; readonly accented: boolean }[];
}

/** So many beats say how fast the next ones are. */
const tempoBeats = 4;
/** A start that lies so little after a beat is meant to lie on it. */
const onBeatSeconds = 0.02;

/** @param start where in the song. @returns undefined where no beat follows */
export function countIn(
  beats: readonly Beat[],
  beatsPerBar: number,
  start: number,
): CountIn | undefined {
  const index = firstFrom(beats, start - onBeatSeconds);
  const [first, second] = [beats[index], beats[index + 1]];
  if (!first || !second) return undefined;
  const last = beats[Math.min(index + tempoBeats, beats.length - 1)] ?? second;
  const counted = Math.min(tempoBeats, beats.length - 1 - index);
  const interval = (last.seconds - first.seconds) / counted;
  // Where the first beat is far away, the count leads to one as it would be before.
  const before = Math.floor((first.seconds - start + onBeatSeconds) / interval);
  const lead = first.seconds - before * interval - start;
  const clicks = Array.from({ length: beatsPerBar }, (_, place) => ({
    seconds: place * interval,
    // Counted back from the first beat.
    accented: (first.number - 1 - before + place) % beatsPerBar === 0,
  }));
  return { seconds: beatsPerBar * interval - lead, clicks };
}
