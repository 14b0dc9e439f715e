/** What is found in a song, as the page has it. */

import type { AnalysisFormat, AnalysisResult } from "divisi";

/** A part of a song's form. */
export interface Section {
  readonly startSeconds: number;
  readonly endSeconds: number;
  /** The same letter for what sounds alike: "A", "B", "A'". */
  readonly label: string;
  /** What it is called in songs, where that is heard. */
  readonly name: "intro" | "verse" | "chorus" | "bridge" | "outro" | "instrumental" | undefined;
  /** 0 to 1. */
  readonly confidence: number;
  /** Whether it is what one would play of the song to make it known. */
  readonly isHook: boolean;
}

/** What the package finds; sections are shown where they are among that. */
export interface SongAnalysis extends AnalysisResult {
  readonly sections?: { readonly sections: readonly Section[] };
}

/** "json" has all that is known, the others are the package's. */
export type DocumentFormat = AnalysisFormat | "json";

export const documentFormats: readonly DocumentFormat[] = [
  "json",
  "jams",
  "midi",
  "lab",
  "audacity",
  "csv",
];
