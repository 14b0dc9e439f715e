/** The part "beats": the events of the core's task of that name (core/include/divisi/beats.h). */

import { readTask } from "../engine/pool/loaded_worker.js";
import type { Batch } from "../engine/pool/worker_pool.js";
import { rowsOf } from "../engine/protocol/items.js";
import type { Collector, PartDefinition } from "./part.js";
import type { Beat, BeatsResult } from "./types.js";

export const beatsPart: PartDefinition<BeatsResult> = {
  task: { name: "analyser", read: ({ task }) => readTask(task, "beats") },
  model: "beatnet",
  options: {},
  maxItems: 4096,
  collect: () => new BeatsCollector(),
};

/** Of the core's energies. */
const silentDb = -120;

class BeatsCollector implements Collector<BeatsResult> {
  readonly #beats: Omit<Beat, "energyDb">[] = [];
  readonly #energies: number[] = [];
  #summary = { tempo: 0, tempoConfidence: 0, beatsPerBar: 0 };

  add({ items }: Batch): void {
    if (items.beats?.kind === "events") {
      for (const { start, label, value, confidence } of items.beats.events) {
        this.#beats.push({ seconds: start, number: label + 1, tempo: value, confidence });
      }
    }
    for (const [energyDb = silentDb] of rowsOf(items.energies)) this.#energies.push(energyDb);
    for (const [tempo = 0, tempoConfidence = 0, beatsPerBar = 0] of rowsOf(items.summary)) {
      this.#summary = { tempo, tempoConfidence, beatsPerBar };
    }
  }

  result(): BeatsResult {
    const { tempo, ...summary } = this.#summary;
    const beats = this.#beats.map((beat, index) => {
      return { ...beat, energyDb: this.#energies[index] ?? silentDb };
    });
    return { beats, tempo: tempo > 0 ? tempo : undefined, ...summary };
  }
}
