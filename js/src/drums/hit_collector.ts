/** Puts the outputs of the core's task "drums" together (core/include/divisi/drums.h). */

import type { Batch } from "../engine/pool/worker_pool.js";
import { rowsOf, type TaskEvent } from "../engine/protocol/items.js";
import type { DrumHit, DrumInstrument } from "./types.js";

/** Hits and their velocities may come in different batches. */
export class HitCollector {
  readonly #events: TaskEvent[] = [];
  readonly #velocities: number[] = [];

  /** @returns the hits that are complete with this batch. */
  add({ items, outputs }: Batch): DrumHit[] {
    if (items.hits?.kind === "events") this.#events.push(...items.hits.events);
    for (const [velocity = 0] of rowsOf(items.velocities)) this.#velocities.push(velocity);
    const names = outputs.find(({ name }) => name === "hits")?.labels ?? [];
    const count = Math.min(this.#events.length, this.#velocities.length);
    const velocities = this.#velocities.splice(0, count);
    return this.#events.splice(0, count).map(({ start, label, value, confidence }, index) => ({
      seconds: start,
      instrument: names[label] as DrumInstrument,
      note: value,
      velocity: velocities[index] as number,
      confidence,
    }));
  }
}
