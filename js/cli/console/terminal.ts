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

/**
 * For text out of files and for their names, which may be anybody's: it must not steer the terminal,
 * and stays on one line. Line separators and marks that turn the direction of writing count, too.
 */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu, "?");
}

/** The same for text of several lines. */
export function printableLines(text: string): string {
  return text
    .split(/(\r?\n)/)
    .map((part, i) => (i % 2 === 1 ? part : printable(part)))
    .join("");
}

/** JSON escapes control characters up to 0x1f only. */
export function printableJson(document: unknown): string {
  return JSON.stringify(document, null, 2).replace(
    /[\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g,
    (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
