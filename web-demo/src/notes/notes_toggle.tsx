/** What asks for the notes of a stem, and the place below the stem where they are shown. */

import "./notes_toggle.css";
import { PathIcon } from "../shared/icons.js";
import { lazily } from "../shared/lazily.js";
import { noteStrings } from "../shared/note_strings.js";
import type { Song } from "../songs/types.js";
import { noteIcons } from "./note_icons.js";
import { shownNotes, toggleNotes } from "./song_notes.js";
import { hasNotes, mix } from "./sources.js";

const NotesLane = lazily(() => import("./notes_lane.js"));

interface NotesToggleProps {
  readonly song: Song;
  /** Undefined for the mix. */
  readonly stem: string | undefined;
  /** The stem's name. */
  readonly title: string;
}

export function NotesToggle({ song, stem = mix, title }: NotesToggleProps) {
  const text = noteStrings;
  if (!hasNotes(stem)) return <span class="notes-toggle" />;
  return (
    <button
      type="button"
      class="button notes-toggle"
      aria-pressed={shownNotes(song, stem) !== undefined}
      aria-label={text.toggleOf(title)}
      title={text.toggleOf(title)}
      onClick={() => toggleNotes(song, stem)}
    >
      <span class="notes-wide">{text.toggle}</span>
      <span class="notes-narrow">
        <PathIcon path={noteIcons.note} size={18} />
      </span>
    </button>
  );
}

export function NotesBelow({
  song,
  stem = mix,
  title,
  colour,
}: NotesToggleProps & { readonly colour: string }) {
  const notes = shownNotes(song, stem);
  // Another song's or another model's begin anew.
  const key = `${song.id} ${song.model.value}`;
  return notes ? <NotesLane key={key} notes={notes} title={title} colour={colour} /> : null;
}
