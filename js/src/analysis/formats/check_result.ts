import { badOption, checkOptions } from "../../base/options.js";
import type { AnalysisResult } from "../types.js";

/** Of each part that has labels, the list of them. */
const lists = { beats: "beats", key: "parts", chords: "chords", sections: "sections" } as const;

/** Refuses what no Analyser has found. */
export function checkResult(result: AnalysisResult): void {
  checkOptions(result, "analysis");
  for (const [part, list] of Object.entries(lists)) {
    const found = result[part as keyof typeof lists] as Record<string, unknown> | undefined;
    if (found === undefined || Array.isArray(found?.[list])) continue;
    throw badOption(`analysis.${part}`, "what Analyser.analyse found", found);
  }
}
