/** What is selected in words, and buttons for what keys and a mouse do with it. */

import "./note_tools.css";
import { PathIcon } from "../shared/icons.js";
import { noteStrings } from "../shared/note_strings.js";
import { deleteNote, type NoteStep, stepNote } from "./editing.js";
import { noteIcons } from "./note_icons.js";
import { noteText } from "./note_text.js";
import type { SongNotes } from "./song_notes.js";

const steps = ["down", "up", "earlier", "later", "shorter", "longer"] as const satisfies NoteStep[];

export function NoteTools({ notes }: { notes: SongNotes }) {
  const text = noteStrings;
  const { value: note } = notes.selected;
  const isThere = note !== undefined && notes.notes.value.includes(note);
  return (
    <div class="note-tools">
      <p class="number" aria-live="polite">
        {isThere ? <strong>{noteText(note)}</strong> : <span class="muted">{text.hint}</span>}
      </p>
      {isThere && (
        // biome-ignore lint/a11y/useSemanticElements: a fieldset is a block of a form, which this is not
        <div class="row" role="group" aria-label={text.change}>
          {steps.map((step) => (
            <Step key={step} name={step} onClick={() => stepNote(notes, step)} />
          ))}
          <button
            type="button"
            class="button quiet"
            aria-label={text.delete}
            title={text.delete}
            onClick={() => deleteNote(notes)}
          >
            <PathIcon path={noteIcons.trash} size={18} />
          </button>
        </div>
      )}
    </div>
  );
}

function Step({ name, onClick }: { name: keyof typeof noteStrings.steps; onClick(): void }) {
  const [label, what] = noteStrings.steps[name];
  return (
    <button type="button" class="button quiet" aria-label={what} title={what} onClick={onClick}>
      {label}
    </button>
  );
}
