/** The part "chords": the outputs of the core's task of that name (core/include/divisi/chords.h). */

import { readTask } from "../engine/pool/loaded_worker.js";
import type { Batch } from "../engine/pool/worker_pool.js";
import { rowsOf } from "../engine/protocol/items.js";
import type { Collector, PartDefinition } from "./part.js";
import type { Chord, ChordsResult } from "./types.js";

export const chordsPart: PartDefinition<ChordsResult> = {
  task: { name: "analyser", read: ({ task }) => readTask(task, "chords") },
  model: "crema-chords",
  options: {},
  maxItems: 4096,
  collect: () => new ChordsCollector(),
};

const notes = ["C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B"];
/** Harte's names of the notes above a root. */
const degrees = ["1", "b2", "2", "b3", "3", "4", "b5", "5", "b6", "6", "b7", "7"];

class ChordsCollector implements Collector<ChordsResult> {
  readonly #chords: Chord[] = [];
  #tuningCents = 0;

  add({ outputs, items }: Batch): void {
    const labels = outputs.find(({ name }) => name === "chords")?.labels ?? [];
    if (items.chords?.kind === "events") {
      for (const { start, end, label, value, confidence } of items.chords.events) {
        const chord = chordOf(labels[label] ?? "", value);
        this.#chords.push({ startSeconds: start, endSeconds: end, ...chord, confidence });
      }
    }
    for (const [cents = 0] of rowsOf(items.tuning)) this.#tuningCents = cents;
  }

  result(): ChordsResult {
    return { chords: this.#chords, tuningCents: this.#tuningCents };
  }
}

/** @param label "A:min7", "N" or "X". @param bass 0 is C; below 0 there is none. */
export function chordOf(label: string, bass: number) {
  const [root = "", quality] = label.split(":");
  if (quality === undefined) return { label };
  const rootIndex = notes.indexOf(root);
  const interval = (bass - rootIndex + notes.length) % notes.length;
  return {
    label: interval === 0 ? label : `${label}/${degrees[interval]}`,
    root,
    quality,
    bass: notes[bass] ?? root,
  };
}
