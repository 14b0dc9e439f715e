/** How far songs are, in words. */

import { computed } from "@preact/signals";
import { bytes, roughly } from "../shared/format.js";
import { strings } from "../shared/strings.js";
import type { Song, SongStage } from "../songs/types.js";
import { loading, songs } from "./session.js";

export const isUnderWay = (stage: SongStage) =>
  stage === "waiting" || stage === "decoding" || stage === "loading" || stage === "computing";

/** Whether something of the song is computed: models and Wasm are there. */
export const hasBegun = (stage: SongStage) =>
  stage !== "waiting" && stage !== "decoding" && stage !== "loading";

/** "42 % · 9× as fast as it plays · 20 s left". Reads signals. */
export function progressText(song: Song): string {
  const fetching = loading.value;
  // Of a file that was added nothing is fetched.
  if (song.stage.value === "loading" && fetching && fetching.done > 0) {
    const total = fetching.total === undefined ? "?" : bytes(fetching.total);
    return strings.song.fetching(fetching.model, bytes(fetching.done), total);
  }
  const { share, speed, secondsLeft } = song.progress.value;
  const parts: string[] = [strings.song.share(Math.floor(share * 100))];
  if (speed > 0) parts.push(strings.song.speed(speed < 10 ? speed.toFixed(1) : speed.toFixed(0)));
  if (secondsLeft !== undefined) parts.push(strings.song.left(roughly(secondsLeft)));
  return parts.join(" · ");
}

/** What a screen reader says: every change of a stage, and progress by quarters. */
export const announcement = computed(() =>
  songs.value
    .filter(({ stage }) => stage.value !== "waiting")
    .map((song) => {
      const state = strings.song.stages[song.stage.value];
      const quarter = Math.floor(song.progress.value.share * 4) * 25;
      const share = song.stage.value === "computing" ? ` ${strings.song.share(quarter)}` : "";
      return strings.song.announce(song.name, state + share);
    })
    .join(". "),
);
