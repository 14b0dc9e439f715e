/** Gathers what the core's task "loudness" gives: for the Meter, and as a part of an analysis. */

import type { Task } from "../engine/pool/loaded_worker.js";
import type { Batch } from "../engine/pool/worker_pool.js";
import { rowsOf } from "../engine/protocol/items.js";
import type { LoudnessResult, LoudnessRow, LoudnessSummary } from "./types.js";

/** So many are copied at once: 26 s of audio. */
export const maxRows = 256;
export const rowSeconds = 0.1;

/** A meter has no model to read anything in. */
export const loudnessTask: Task<null> = {
  name: "meter",
  withoutModel: "loudness",
  read: () => null,
};

export type LoudnessNumbers = Omit<LoudnessRow, "startSeconds">;

const silence: LoudnessSummary = {
  integrated: Number.NEGATIVE_INFINITY,
  range: 0,
  maxMomentary: Number.NEGATIVE_INFINITY,
  maxShortTerm: Number.NEGATIVE_INFINITY,
  truePeak: Number.NEGATIVE_INFINITY,
  samplePeak: Number.NEGATIVE_INFINITY,
};

/** Of one song. */
export class LoudnessCollector {
  readonly #rows: LoudnessNumbers[] = [];
  #summary = silence;

  add(batch: Batch): void {
    this.#rows.push(...named<LoudnessNumbers>(batch, "loudness"));
    this.#summary = named<LoudnessSummary>(batch, "summary")[0] ?? this.#summary;
  }

  result(): LoudnessResult {
    const column = (name: keyof LoudnessNumbers) =>
      Float32Array.from(this.#rows, (row) => row[name]);
    return {
      ...this.#summary,
      curve: {
        hopSeconds: rowSeconds,
        momentary: column("momentary"),
        shortTerm: column("shortTerm"),
        truePeak: column("truePeak"),
      },
    };
  }
}

/** The rows of an output, each an object with the names that the core gives its numbers. */
export function named<T>({ outputs, items }: Batch, name: string): T[] {
  const labels = outputs.find((output) => output.name === name)?.labels ?? [];
  return rowsOf(items[name]).map(
    (row) => Object.fromEntries(labels.map((label, i) => [label, row[i]])) as T,
  );
}
