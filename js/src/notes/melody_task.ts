/** What the TypeScript side reads in the task document of a model for melody (models/FORMAT.md). */

import { readTask } from "../engine/pool/loaded_worker.js";

interface MelodyTask {
  readonly task: "melody";
  readonly sampleRate: number;
  readonly frontEnd: { readonly hop: number };
}

/** @returns the seconds from row to row of pitch. @throws DivisiError for another task */
export function pitchRowSeconds(task: string): number {
  const { frontEnd, sampleRate } = readTask<MelodyTask>(task, "melody");
  return frontEnd.hop / sampleRate;
}
