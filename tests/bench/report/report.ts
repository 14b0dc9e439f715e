/** A report: everything that one run of the bench has found. */

import type { Machine, Versions } from "../driver/machine.js";
import type { NoiseRecord } from "../driver/quiet.js";
import type { SectionReport } from "../driver/section.js";
import { judge, type Verdict } from "./noise.js";
import { compareWithTargets, type Outcome } from "./targets.js";

export interface Report {
  readonly format: 1;
  readonly date: string;
  readonly rounds: number;
  readonly quick: boolean;
  readonly machine: Machine;
  readonly versions: Versions;
  readonly noise: NoiseRecord;
  readonly sections: readonly SectionReport[];
}

export function verdictOf(report: Report): Verdict {
  return judge(report.noise, Object.assign({}, ...report.sections.map(({ spreads }) => spreads)));
}

export function outcomesOf(report: Report): Outcome[] {
  return compareWithTargets(
    Object.fromEntries(report.sections.map(({ name, figures }) => [name, figures])),
  );
}
