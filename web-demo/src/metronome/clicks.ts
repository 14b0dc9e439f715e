/**
 * When a metronome clicks: the beats of a song on the clock of the audio, through its loop and before
 * its start.
 */

import type { Beat, SongRange } from "divisi";
import { frameSeconds, indexAt } from "../analysis/beat_grid.js";
import type { SongPlace } from "../player/playhead.js";

export interface Click {
  /** The audio's time, in seconds. */
  readonly contextTime: number;
  /** Whether it is the first of a bar. */
  readonly accented: boolean;
}

type Loop = SongRange | undefined;

/** Where a song is `seconds` after a place, if nothing but the loop makes it jump. */
export function placeAfter({ contextTime, songTime }: SongPlace, seconds: number, loop: Loop) {
  const straight = songTime + seconds;
  const wraps = loop !== undefined && songTime < loop.end && straight >= loop.end;
  const around = wraps
    ? loop.start + ((straight - loop.start) % (loop.end - loop.start))
    : straight;
  return { contextTime: contextTime + seconds, songTime: around };
}

/** The clicks of the next `seconds` from a place on. */
export function clicksFrom(
  beats: readonly Beat[],
  place: SongPlace,
  seconds: number,
  loop: Loop,
): Click[] {
  const clicks: Click[] = [];
  const end = place.contextTime + seconds;
  let { contextTime, songTime } = place;
  while (contextTime < end) {
    const wraps = loop !== undefined && songTime < loop.end;
    const until = Math.min(
      songTime + end - contextTime,
      wraps ? loop.end : Number.POSITIVE_INFINITY,
    );
    for (let index = firstFrom(beats, songTime - frameSeconds); ; index++) {
      const beat = beats[index];
      if (!beat || beat.seconds >= until) break;
      const at = contextTime + beat.seconds - songTime;
      clicks.push({ contextTime: at, accented: beat.number === 1 });
    }
    contextTime += until - songTime;
    if (!wraps || until < loop.end) break;
    songTime = loop.start;
  }
  return clicks;
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
