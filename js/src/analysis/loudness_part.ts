/** The part "loudness": what Meter measures. */

import { LoudnessCollector, loudnessTask, maxRows } from "../loudness/collect.js";
import type { LoudnessResult } from "../loudness/types.js";
import type { PartDefinition } from "./part.js";

export const loudnessPart: PartDefinition<LoudnessResult> = {
  task: { ...loudnessTask, name: "analyser" },
  model: undefined,
  options: {},
  maxItems: maxRows,
  collect: () => new LoudnessCollector(),
};
