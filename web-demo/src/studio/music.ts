/**
 * Parts of the studio that are of no use before the Wasm is there: their code comes with the first song
 * that can be played or is computed.
 */

import { signal } from "@preact/signals";
import { noticeOf } from "../session/notices.js";

export const music = signal<typeof import("./music_parts.js") | undefined>(undefined);

let asked = false;

export function loadMusic(): void {
  if (asked) return;
  asked = true;
  import("./music_parts.js").then((parts) => {
    music.value = parts;
  }, noticeOf);
}
