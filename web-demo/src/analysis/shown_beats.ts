/** The beats of the song that is shown, and the listener's corrections of them. */

import { computed } from "@preact/signals";
import type { Beat } from "divisi";
import { selected } from "../session/session.js";
import { barsOf, indexHeard } from "./beat_grid.js";
import { type BeatStep, isPossible, withStep } from "./correction.js";
import { correctionOf, keepCorrection } from "./kept_corrections.js";
import { shownAnalysis } from "./song_analysis.js";

const none: readonly Beat[] = [];

export const shownBeats = computed(() => shownAnalysis.value?.beats?.beats ?? none);

export const shownBars = computed(() => barsOf(shownBeats.value));

/** The bar and the beat in it, from 1, at a time; undefined before the first beat. Reads signals. */
export function beatAt(
  seconds: number,
): { readonly bar: number; readonly beat: number } | undefined {
  const beat = shownBeats.value[indexHeard(shownBeats.value, seconds)];
  const bar = shownBars.value[indexHeard(shownBars.value, seconds)];
  return beat && bar && { bar: bar.number, beat: beat.number };
}

/** What the listener has corrected; empty: nothing. */
export const shownCorrection = computed(() =>
  selected.value ? correctionOf(selected.value.id) : [],
);

/** Reads signals. */
export function canCorrect(step: BeatStep): boolean {
  const beats = shownAnalysis.value?.beats;
  return beats !== undefined && isPossible(beats, step);
}

export function correct(step: BeatStep): void {
  const beats = shownAnalysis.value?.beats;
  if (!selected.value || !beats) return;
  keepCorrection(selected.value.id, withStep(shownCorrection.value, step, beats.beatsPerBar));
}

/** The beats are as they were heard. */
export function uncorrect(): void {
  if (selected.value) keepCorrection(selected.value.id, []);
}
