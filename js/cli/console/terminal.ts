/** Where a command speaks to: results on standard output, everything else on standard error. */

import type { ProgressView } from "./progress_view.js";

export interface Terminal {
  readonly progress: ProgressView;
  /** Aborted when the user wants to stop. */
  readonly signal: AbortSignal;
  /** Columns of standard output; undefined where it is no terminal. */
  readonly width: number | undefined;
  print(line: string): void;
  /** For formats with line ends of their own. */
  printRaw(text: string): void;
  printJson(document: unknown): void;
  /** A warning or an error. */
  complain(message: string): void;
}
