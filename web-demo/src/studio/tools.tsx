/** What a song can be worked with by keys and by its beats: looks for them, too. */

import { useEffect } from "preact/hooks";
import { analyseInTime } from "../analysis/song_analysis.js";
import type { Song } from "../songs/types.js";
import { BeatTools } from "./beat_tools.js";
import { useKeys } from "./keys.js";

export function Tools({ song, stems }: { song: Song; stems: readonly string[] }) {
  useKeys(stems);
  useEffect(() => analyseInTime(song), [song]);
  return <BeatTools />;
}
