/** The lanes that have no sound: the song's form and its chords. */

import type { Song } from "../songs/types.js";
import { ChordLane } from "./chord_lane.js";
import { SectionLane } from "./section_lane.js";

export function MusicLanes({ song }: { song: Song }) {
  return (
    <>
      <SectionLane />
      <ChordLane song={song} />
    </>
  );
}
