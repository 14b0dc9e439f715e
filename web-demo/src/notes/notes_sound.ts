/** Has notes be heard beside their stem or in its place, in phase with the song. */

import { effect, untracked } from "@preact/signals";
import {
  audioContext,
  isAudible,
  loop,
  playing,
  replace,
  settingOf,
  songPlace,
} from "../player/player.js";
import { aheadSeconds, lookMilliseconds, SongWatch, stretchesFrom } from "../player/song_course.js";
import { noticeOf } from "../session/notices.js";
import type { SongNotes } from "./song_notes.js";
import { mix } from "./sources.js";
import { Synthesiser } from "./synthesiser.js";

/** How loud the notes of a stem are: as the stem would be, too. Reads signals. */
function gainOf({ source, gain }: SongNotes): number {
  if (source === mix) return gain.value;
  return isAudible(source) ? gain.value * settingOf(source).gain : 0;
}

/** Follows what is chosen to be heard. @returns what ends that, to be called when notes are hidden */
export function soundNotes(song: SongNotes): () => void {
  const { source, notes, selected, heardAs } = song;
  const watch = new SongWatch();
  let synthesiser: Synthesiser | undefined;

  /** The player has another context for a song of another rate. */
  const open = (context: AudioContext): Synthesiser => {
    if (synthesiser?.context === context) return synthesiser;
    synthesiser?.close();
    synthesiser = new Synthesiser(context, gainOf(song));
    return synthesiser;
  };

  /** Looks where the song is, and what is to be played next. */
  const look = () => {
    const now = songPlace();
    const context = audioContext();
    if (!now || !context) return;
    const player = open(context);
    const { hasJumped, isKnown } = watch.look(now, loop.peek(), context.currentTime);
    if (hasJumped) player.cancel();
    if (!isKnown) return;
    for (const stretch of stretchesFrom(now, aheadSeconds, loop.peek())) {
      player.schedule(notes.peek(), stretch);
    }
  };

  /** What is selected or changed is heard by itself, where notes are to be heard and nothing plays. */
  let last = selected.peek();
  const preview = () => {
    const [note, context] = [selected.peek(), audioContext()];
    if (note === last) return;
    last = note;
    if (!note || !context || playing.peek() || heardAs.peek() === "original") return;
    // Browsers have it rest before anything was played.
    context.resume().then(() => {
      if (selected.peek() === note) open(context).preview(note);
    }, noticeOf);
  };

  const stem = source === mix ? undefined : source;
  const undoes = [
    effect(() => {
      const isInPlace = heardAs.value === "notes";
      untracked(() => replace(stem, isInPlace));
    }),
    effect(() => {
      const gain = gainOf(song);
      if (synthesiser) synthesiser.gain = gain;
    }),
    // What is to come is reckoned anew when the loop is another.
    effect(() => {
      void loop.value;
      if (heardAs.value === "original" || !playing.value) return;
      untracked(look);
      const timer = setInterval(look, lookMilliseconds);
      return () => {
        clearInterval(timer);
        synthesiser?.cancel();
      };
    }),
    // A note that is changed while it sounds is another one.
    effect(() => {
      const there = new Set(notes.value);
      synthesiser?.cancel((note) => there.has(note));
    }),
    effect(() => {
      void selected.value;
      untracked(preview);
    }),
  ];
  return () => {
    for (const undo of undoes) undo();
    replace(stem, false);
    synthesiser?.close();
  };
}
