/** The songs of a session: everything that is computed, and nothing that is seen. */

export { createSongQueue } from "./queue.js";
export * from "./types.js";
