/** Where a command speaks to: results on standard output, everything else on standard error. */

import type { ProgressView } from "./progress_view.js";

export interface Terminal {
  readonly progress: ProgressView;
  /** Aborted when the user wants to stop. */
  readonly signal: AbortSignal;
  print(line: string): void;
  printJson(document: unknown): void;
  /** A warning or an error. */
  complain(message: string): void;
}
