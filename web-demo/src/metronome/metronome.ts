/**
 * The metronome: clicks on the beats of the song that plays, and counts a bar before it starts. A timer
 * looks often where the song is, and schedules the clicks of the next second: they stay in phase after
 * seeks, in loops, and while the page is busy.
 */

import { effect, signal } from "@preact/signals";
import { shownBars, shownBeats } from "../analysis/shown_beats.js";
import { shownAnalysis } from "../analysis/song_analysis.js";
import {
  audioContext,
  loop,
  nextStart,
  play,
  playing,
  songPlace,
  startBy,
} from "../player/player.js";
import { aheadSeconds, lookMilliseconds, SongWatch } from "../player/song_course.js";
import { Clicker } from "./click_sound.js";
import { clicksFrom, countIn } from "./clicks.js";

/** Whether it clicks while the song plays. */
export const metronomeOn = signal(false);
/** Whether a bar is counted before the song starts. */
export const countInOn = signal(false);
/** How loud it is: 1 is full scale. */
export const metronomeGain = signal(0.5);

/** From pressing play to the first click, where clicks come first. */
const leadSeconds = 0.1;
/** Audio starts with one of these: a song that is told a time between two is late by the rest. */
const quantumFrames = 128;

/** The clicks of the count, and those of the song. */
const clickers: { count?: Clicker; song?: Clicker } = {};
const watch = new SongWatch();

/** The player has another context for a song of another rate. */
function openClicker(name: keyof typeof clickers, context: AudioContext): Clicker {
  const known = clickers[name];
  if (known?.context === context) return known;
  known?.close();
  const made = new Clicker(context, metronomeGain.peek());
  clickers[name] = made;
  return made;
}

/** Plays, after a bar of clicks where that is wanted. */
function playOnBeat(): void {
  const context = audioContext();
  const beatsPerBar = shownAnalysis.value?.beats?.beatsPerBar ?? 0;
  const count = countInOn.value ? countIn(shownBeats.value, beatsPerBar, nextStart()) : undefined;
  // A click on the very first beat needs the song to start at a known time.
  if (!context || (!count && !metronomeOn.value)) {
    play();
    return;
  }
  const begin = context.currentTime + leadSeconds;
  const quanta = Math.ceil(((begin + (count?.seconds ?? 0)) * context.sampleRate) / quantumFrames);
  const start = (quanta * quantumFrames) / context.sampleRate;
  play(start);
  if (!count) return;
  const first = start - count.seconds;
  openClicker("count", context).schedule(
    count.clicks.map(({ seconds, accented }) => ({ contextTime: first + seconds, accented })),
  );
}

/** Looks where the song is, and what is to click next. */
function look(): void {
  const now = songPlace();
  const context = audioContext();
  if (!now || !context) return;
  const clicker = openClicker("song", context);
  const { hasJumped, isKnown } = watch.look(now, loop.peek(), context.currentTime);
  if (hasJumped) clicker.cancel();
  if (isKnown) clicker.schedule(clicksFrom(shownBeats.peek(), now, aheadSeconds, loop.peek()));
}

startBy(playOnBeat);

effect(() => {
  const { value } = metronomeGain;
  for (const clicker of Object.values(clickers)) clicker.gain = value;
});

// What is to come is taken back when the song stops…
effect(() => {
  if (!playing.value) for (const clicker of Object.values(clickers)) clicker.cancel();
});

// … and reckoned anew when the loop or the beats are others.
effect(() => {
  void [shownBars.value, loop.value];
  if (!metronomeOn.value || !playing.value) return;
  look();
  const timer = setInterval(look, lookMilliseconds);
  return () => {
    clearInterval(timer);
    clickers.song?.cancel();
  };
});
