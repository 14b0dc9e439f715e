/** What of the studio comes after the Wasm: keys, pointer, loop, and what is found in the song. */

export { NotesBelow, NotesToggle } from "../notes/notes_toggle.js";
export { BarNow } from "../timeline/bar_now.js";
export { MusicLanes } from "../timeline/music_lanes.js";
export { toggleLoop } from "../timeline/snap.js";
export { Surface } from "../timeline/surface.js";
export { MusicFacts } from "./music_facts.js";
export { Tools } from "./tools.js";
