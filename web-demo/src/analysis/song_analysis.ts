/**
 * What is found in a song, part by part as it comes: beats, key, chords, sections. It is looked for while the song
 * is shown, beside what is separated, or after that on devices with few processor cores.
 */

import { computed, effect, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { AnalysisResult } from "divisi";
import { noticeOf } from "../session/notices.js";
import { modelBase, selected } from "../session/session.js";
import { isUnderWay } from "../session/song_progress.js";
import type { Song } from "../songs/types.js";
import { correctBeats } from "./correction.js";
import { correctionOf } from "./kept_corrections.js";

/** due: it is looked for, or will be. ended: there is no more to come. failed: until the song is shown anew. */
type AnalysisStage = "due" | "ended" | "failed";

interface State {
  readonly stage: Signal<AnalysisStage>;
  /** As the models heard it. */
  readonly found: Signal<AnalysisResult | undefined>;
  /** As the listener corrected it. */
  readonly corrected: ReadonlySignal<AnalysisResult | undefined>;
}

const states = new WeakMap<Song, State>();

function stateOf(song: Song): State {
  const known = states.get(song);
  if (known) return known;
  const found = signal<AnalysisResult | undefined>(undefined);
  const corrected = computed(() => {
    const { value } = found;
    const correction = correctionOf(song.id);
    if (!value?.beats || correction.length === 0) return value;
    return { ...value, beats: correctBeats(value.beats, correction) };
  });
  const state = { stage: signal<AnalysisStage>("due"), found, corrected };
  states.set(song, state);
  return state;
}

/** What is known of a song, by the listener's corrections. Reads signals. */
export function analysisOf(song: Song): AnalysisResult | undefined {
  return stateOf(song).corrected.value;
}

/** Whether more of it is to come. Reads signals. */
export function isAnalysisDue(song: Song): boolean {
  return stateOf(song).stage.value === "due";
}

/** Of the song that is shown. */
export const shownAnalysis = computed(() => selected.value && analysisOf(selected.value));

/** The parts in one analysis take turns at the song's audio, but each has a thread of its own. */
const fewCores = 4;

/** Whether separating, which is what is heard, leaves room for it. Reads signals. */
function isTime(song: Song): boolean {
  if (!isUnderWay(song.stage.value)) return true;
  return navigator.hardwareConcurrency >= fewCores && song.tags.value !== undefined;
}

/** Analyses a song once that is time. @returns what gives it up, to be called when the song is left */
export function analyseInTime(song: Song): () => void {
  const { stage, found } = stateOf(song);
  const ending = new AbortController();
  let begun = false;
  if (stage.peek() === "failed") stage.value = "due";
  const stop = effect(() => {
    const audio = song.audio.value;
    if (begun || stage.peek() === "ended" || !audio || !isTime(song)) return;
    begun = true;
    if (song.sound.value?.isSilent) {
      stage.value = "ended";
      return;
    }
    // Its code comes when it is first needed.
    import("./analyse.js")
      .then(({ analyse }) =>
        analyse(audio, {
          modelBase,
          signal: ending.signal,
          onPart: (sofar) => {
            found.value = { ...found.peek(), ...sofar };
          },
        }),
      )
      .then(() => {
        stage.value = "ended";
      })
      .catch((error) => {
        // What was given up is looked for again when the song is shown again.
        if (ending.signal.aborted) return;
        stage.value = "failed";
        noticeOf(error);
      });
  });
  return () => {
    stop();
    ending.abort();
  };
}
