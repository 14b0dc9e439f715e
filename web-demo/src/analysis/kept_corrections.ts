/** The listener's corrections of beats, by song, as the browser keeps them. */

import { signal } from "@preact/signals";
import { beforeDeletion } from "../session/deletion.js";
import { type BeatCorrection, type BeatStep, beatSteps } from "./correction.js";

const storageKey = "beat-corrections";

type Kept = Readonly<Record<string, BeatCorrection>>;

const kept = signal<Kept>(restore());

function restore(): Kept {
  try {
    const stored = JSON.parse(localStorage.getItem(storageKey) ?? "{}") as Record<string, unknown>;
    return Object.fromEntries(Object.entries(stored).map(([song, steps]) => [song, known(steps)]));
  } catch {
    return {};
  }
}

function known(steps: unknown): BeatCorrection {
  const isStep = (step: unknown): step is BeatStep => beatSteps.some((each) => each === step);
  return Array.isArray(steps) ? steps.filter(isStep) : [];
}

/** Reads a signal. @param song its id */
export function correctionOf(song: string): BeatCorrection {
  return kept.value[song] ?? [];
}

export function keepCorrection(song: string, correction: BeatCorrection): void {
  const { [song]: _, ...others } = kept.value;
  kept.value = correction.length > 0 ? { ...others, [song]: correction } : others;
  try {
    localStorage.setItem(storageKey, JSON.stringify(kept.value));
  } catch {
    // For this visit only, then.
  }
}

// Everything is forgotten, here and in the browser.
beforeDeletion(async () => {
  kept.value = {};
});
