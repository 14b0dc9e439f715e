/** What the page and the Worker that cuts instruments tell each other. */

import type { Note, PlanarAudio } from "divisi";

export interface InstrumentRequest {
  /** Of the instrument's file. */
  readonly name: string;
  readonly audio: PlanarAudio;
  readonly notes: readonly Note[];
}

export type InstrumentMessage =
  | { readonly sounds: number; readonly zip: Blob }
  /** A DivisiError's: "bad-audio" where no note sounds alone. */
  | { readonly code: string };
