/** Where the song is, in seconds. Written by the player, once a frame while it plays. */

import { signal } from "@preact/signals";

export const playhead = signal(0);
