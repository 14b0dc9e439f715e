/**
 * Where a song will be: for what sounds with it, and is scheduled ahead of time on the audio's own
 * clock. A timer looks often where the song is, and schedules what the next second brings: so it stays
 * in phase after seeks, in loops, and while the page is busy.
 */

import type { SongRange } from "divisi";
import type { SongPlace } from "./playhead.js";

export const lookMilliseconds = 25;
/** Longer than the second for which browsers keep timers of hidden pages waiting. */
export const aheadSeconds = 1.2;
/** A song that is farther from where it was to be has jumped, or waits for its sound. */
const jumpSeconds = 0.003;

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

/** A part of the song that is heard without a jump. */
export interface Stretch {
  /** The audio's time at which it begins. */
  readonly contextTime: number;
  /** Where in the song it begins and ends. */
  readonly from: number;
  readonly until: number;
  /** Whether the loop makes the song jump where it ends. */
  readonly jumps: boolean;
}

/** What is heard in the next `seconds` from a place on. */
export function stretchesFrom(place: SongPlace, seconds: number, loop: Loop): Stretch[] {
  const stretches: Stretch[] = [];
  const end = place.contextTime + seconds;
  let { contextTime, songTime: from } = place;
  while (contextTime < end) {
    const horizon = from + end - contextTime;
    const jumps = loop !== undefined && from < loop.end && loop.end <= horizon;
    const until = jumps ? loop.end : horizon;
    stretches.push({ contextTime, from, until, jumps });
    if (!jumps) break;
    contextTime += until - from;
    from = loop.start;
  }
  return stretches;
}

/** Tells a song that goes on from one that has jumped. */
export class SongWatch {
  #last: SongPlace | undefined;

  /**
   * @param now where the song is
   * @param contextTime the audio's time
   * @returns hasJumped: what was scheduled holds no more. isKnown: where the song will be can be told
   */
  look(now: SongPlace, loop: Loop, contextTime: number) {
    const last = this.#last;
    const expected = last && placeAfter(last, now.contextTime - last.contextTime, loop);
    this.#last = now;
    const isSteady =
      expected !== undefined && Math.abs(expected.songTime - now.songTime) < jumpSeconds;
    // A song that stands still until a time that is known is as good as one that moves.
    return { hasJumped: !isSteady, isKnown: isSteady || now.contextTime > contextTime };
  }
}
