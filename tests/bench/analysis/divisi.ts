/** divisi's Analyser in Node, which runs the same Wasm as a page does, one Worker a part. */

import { Analyser, type AnalysisPart, type AnalysisResult } from "divisi";
import { inRoot } from "../../../scripts/lib/paths.mjs";
import type { Answer, Listener } from "./answers.js";

export async function divisiListener(parts: readonly AnalysisPart[]): Promise<Listener> {
  const analyser = await Analyser.create({ parts, modelBase: inRoot("build/models/") });
  return {
    async listen(song) {
      return answerOf(await analyser.analyse(song));
    },
    close: () => analyser.close(),
  };
}

function answerOf({ beats, key, chords, sections }: AnalysisResult): Answer {
  const span = (part: { startSeconds: number; endSeconds: number }, label: string) => ({
    start: part.startSeconds,
    end: part.endSeconds,
    label,
  });
  const times = (only: (number: number) => boolean) =>
    beats?.beats.filter(({ number }) => only(number)).map(({ seconds }) => seconds);
  return defined({
    beats: times(() => true),
    downbeats: times((number) => number === 1),
    tempo: beats?.tempo,
    keys: key?.parts.map((part) => span(part, `${part.tonic} ${part.mode}`)),
    tuningCents: key?.tuningCents,
    chords: chords?.chords.map((chord) => span(chord, chord.label)),
    sections: sections?.sections.map((section) => span(section, section.label)),
  });
}

/** Without what is undefined. */
function defined(parts: Readonly<Record<keyof Answer, unknown>>): Answer {
  return Object.fromEntries(Object.entries(parts).filter(([, value]) => value !== undefined));
}
