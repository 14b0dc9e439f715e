/** What streams give, as it crosses from the Worker to the page. */

export interface PulledBlock {
  frameCount: number;
  /** [stem][channel][frame], in the order of `openSeparation`'s result. */
  stems: Float32Array<ArrayBuffer>[][];
}

/** What a tagging model says of one patch. */
export interface Row {
  scores: Float32Array<ArrayBuffer>;
  embedding: Float32Array<ArrayBuffer>;
}

export interface PulledRows {
  /** One for each patch. */
  rows: Row[];
  /** Whether the song was shorter than a patch and was padded with silence. */
  padded: boolean;
}
