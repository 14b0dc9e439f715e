/** One analysis: the Workers and models are there for its song alone, and then their memory is free. */

import { Analyser, type AnalysisPart, type AnalysisResult, type PlanarAudio } from "divisi";

/** The parts that the page shows. */
const parts: readonly AnalysisPart[] = ["beats", "key", "chords", "sections"];

export interface AnalyseOptions {
  /** Where the model files lie. */
  readonly modelBase: string;
  readonly signal: AbortSignal;
  /** Told what was found so far, each time that a part is complete. */
  readonly onPart: (found: AnalysisResult) => void;
}

/** The audio is read in place, a slice at a time. Rejects with a DivisiError or the signal's reason. */
export async function analyse(
  audio: PlanarAudio,
  { modelBase, signal, onPart }: AnalyseOptions,
): Promise<void> {
  const analyser = await Analyser.create({ parts, modelBase, signal });
  try {
    await analyser.analyse(audio, { signal, onPart });
  } finally {
    analyser.close();
  }
}
