/** What the bench asks of whoever writes down notes; the modules beside this one run in a page. */

/** A song, mono, at the rate that all of them hear: 22.05 kHz. */
export interface Song {
  readonly sampleRate: number;
  readonly samples: Float32Array<ArrayBuffer>;
}

export interface NoteTranscriber {
  /** Hears a whole song. @returns how many notes it has; undefined of what makes none. */
  transcribe(song: Song): Promise<number | undefined>;
  /** Bytes of Wasm memory; undefined where the page's own record has them. */
  memory?(): Promise<number>;
}

/**
 * What each of the modules exports.
 *
 * @param model URL, or of Spotify's its model.json
 * @param mode of divisi: "reference" makes the notes of the original package, without the second network
 */
export type LoadTranscriber = (
  model: string,
  mode: "default" | "reference",
) => Promise<NoteTranscriber>;
