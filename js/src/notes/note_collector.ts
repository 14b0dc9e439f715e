/** Puts the outputs of the core's task "notes" together (core/include/divisi/notes.h). */

import type { Batch } from "../engine/pool/worker_pool.js";
import { rowsOf, type TaskEvent } from "../engine/protocol/items.js";
import type { Note } from "./types.js";

/** Notes, their shapes and their bends may come in different batches. */
export class NoteCollector {
  readonly #events: TaskEvent[] = [];
  readonly #shapes: Float32Array[] = [];
  /** Chunks of bends; of the first, so many were taken. */
  readonly #bends: Float32Array[] = [];
  #taken = 0;
  #waiting = 0;

  /** @returns the notes that are complete with this batch. */
  add({ items }: Batch): Note[] {
    if (items.notes?.kind === "events") this.#events.push(...items.notes.events);
    this.#shapes.push(...rowsOf(items.shapes));
    if (items.bends?.kind === "rows" && items.bends.count > 0) {
      this.#bends.push(items.bends.values);
      this.#waiting += items.bends.count;
    }
    const notes: Note[] = [];
    while (this.#events.length > 0 && this.#shapes.length > 0) {
      const [velocity = 0, bendCount = 0] = this.#shapes[0] as Float32Array;
      if (bendCount > this.#waiting) break;
      this.#shapes.shift();
      const { start, end, value, confidence } = this.#events.shift() as TaskEvent;
      notes.push({
        startSeconds: start,
        endSeconds: end,
        pitch: value,
        velocity,
        confidence,
        bends: this.#takeBends(bendCount),
      });
    }
    return notes;
  }

  #takeBends(count: number): Float32Array {
    const bends = new Float32Array(count);
    this.#waiting -= count;
    for (let done = 0; done < count; ) {
      const first = this.#bends[0] as Float32Array;
      const part = first.subarray(this.#taken, this.#taken + count - done);
      bends.set(part, done);
      done += part.length;
      this.#taken += part.length;
      if (this.#taken < first.length) continue;
      this.#bends.shift();
      this.#taken = 0;
    }
    return bends;
  }
}
