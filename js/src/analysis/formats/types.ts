/** The public types of what was found in a song as files for other programs. */

/**
 * A format. "lab" (MIREX), "audacity" (label tracks) and "csv" have a file for each part, "jams" and
 * "midi" one for all parts.
 */
export type AnalysisFormat = "lab" | "audacity" | "csv" | "jams" | "midi";

/** A file. */
export interface AnalysisFile {
  /** With its ending: "beats.lab", "analysis.mid". */
  readonly name: string;
  /** What it holds. */
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** What is told of the song beside what was found. */
export interface AnalysedSong {
  /** Its file's name, without folders. */
  readonly file: string;
  /** Of the program that writes it. */
  readonly version: string;
}
