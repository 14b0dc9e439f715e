/** The part "chords": the outputs of the core's task of that name (core/include/divisi/chords.h). */

import { readTask } from "../engine/pool/loaded_worker.js";
import type { Batch } from "../engine/pool/worker_pool.js";
import { rowsOf } from "../engine/protocol/items.js";
import { chordOf } from "./chord_names.js";
import type { Collector, PartDefinition } from "./part.js";
import type { Chord, ChordsResult } from "./types.js";

export const chordsPart: PartDefinition<ChordsResult> = {
  task: { name: "analyser", read: ({ task }) => readTask(task, "chords") },
  model: "crema-chords",
  options: {},
  maxItems: 4096,
  collect: () => new ChordsCollector(),
};

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
