/** In which documents the page gives what is found in a song. */

import type { AnalysisFormat } from "divisi";

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
