/** Checks what all engines take as options. */

import { badOption } from "../../base/options.js";
import { platform } from "../../base/platform.js";

/** Each takes a core and, with the catalogue's models, about 200 MB. */
const maxWorkers = 16;

/** @returns how many workers a separator may have at most. */
export function workerCount(wanted: unknown): number {
  if (wanted === undefined) return defaultWorkers();
  if (Number.isInteger(wanted) && Number(wanted) >= 1 && Number(wanted) <= maxWorkers) {
    return Number(wanted);
  }
  throw badOption("workers", `a whole number from 1 to ${maxWorkers}`, wanted);
}

/** Two where there are two cores and, as far as the browser says, 4 GB of memory. */
function defaultWorkers(): number {
  const { cores, memoryGiB = Number.POSITIVE_INFINITY } = platform.device();
  return cores >= 2 && memoryGiB >= 4 ? 2 : 1;
}
