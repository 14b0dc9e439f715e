/** The songs of a session: everything that is computed, and nothing that is seen. */

export { createSongQueue } from "./song_queue.js";
export * from "./types.js";
