/**
 * What a part of the analysis is to the Analyser: a task of the core, and what collects its outputs.
 * A new part is a file like beats_part.ts, a line in parts.ts and one in AnalysisParts (types.ts).
 */

import type { Task } from "../engine/pool/loaded_worker.js";
import type { Batch } from "../engine/pool/worker_pool.js";
import type { TaskOptions } from "../engine/protocol/calls.js";

/** Gathers what a song's stream gives. */
export interface Collector<T> {
  /** Takes some of the outputs' items. */
  add(batch: Batch): void;
  /** After the last batch. */
  result(): T;
}

export interface PartDefinition<T> {
  /** Its task in the core; the facts of a model are of no use here. */
  readonly task: Task<unknown>;
  /** Its model in the catalogue; undefined: it needs none. */
  readonly model: string | undefined;
  /** Options of its stream. */
  readonly options: TaskOptions;
  /** The most items of an output that are copied at once. */
  readonly maxItems: number;
  /** A collector for one song. */
  collect(): Collector<T>;
}
