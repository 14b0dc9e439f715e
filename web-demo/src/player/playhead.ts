/** Where the song is, in seconds. Written by the player, once a frame while it plays. */

import { signal } from "@preact/signals";

export const playhead = signal(0);

/** Where the song is at a time of the audio's clock, both in seconds. */
export interface SongPlace {
  readonly contextTime: number;
  readonly songTime: number;
}
