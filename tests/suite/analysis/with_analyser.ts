/** An Analyser for the length of a case. */

import type { Analyser, AnalyserOptions } from "divisi";
import type { Environment } from "../environment.js";

export async function withAnalyser<T>(
  { divisi, variant, models }: Environment,
  options: AnalyserOptions,
  work: (analyser: Analyser) => Promise<T>,
): Promise<T> {
  const analyser = await divisi.Analyser.create({ variant, ...models, ...options });
  try {
    return await work(analyser);
  } finally {
    analyser.close();
  }
}
