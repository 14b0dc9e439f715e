/**
 * A section of the report: something that is measured on its own. To add one, write a module that
 * exports a Section and name it in main.ts.
 */

import type { Options } from "./options.js";
import type { ProcessorTime } from "./processor_time.js";
import type { QuietGate } from "./quiet.js";
import type { Site } from "./site.js";
import type { Sizes } from "./sizes.js";

export interface Context {
  readonly site: Site;
  readonly gate: QuietGate;
  readonly sizes: Sizes;
  readonly processor: ProcessorTime;
  readonly options: Options;
  /** Shows how far the work has come. */
  readonly tell: (text: string) => void;
}

export interface Section {
  /** What `--only` calls it. */
  readonly name: string;
  run(context: Context): Promise<SectionReport>;
}

export interface SectionReport {
  readonly name: string;
  readonly title: string;
  /** What was measured, in a sentence or two. */
  readonly description: string;
  readonly tables: readonly Table[];
  readonly notes: readonly string[];
  /** What targets and plots refer to, e.g. "onnxruntime-web-1/median". */
  readonly figures: Readonly<Record<string, number>>;
  /** Median over minimum of everything timed, by name: for the verdict on noise. */
  readonly spreads: Readonly<Record<string, number>>;
  /** Everything that was measured. */
  readonly data: unknown;
}

/** Cells are ready to be printed; the first column is text, the others are numbers. */
export interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}
