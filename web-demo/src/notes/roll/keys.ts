/** The keys of a piano roll that has the focus. */

import { reveal } from "../../timeline/view.js";
import { addAtPlayhead, deleteNote, goToNote, stepNote } from "../editing.js";
import { redo, type SongNotes, undo } from "../song_notes.js";

type Action = (notes: SongNotes) => void;

/** By `KeyboardEvent.key`, after the keys that are held. */
const actions: Readonly<Record<string, Action>> = {
  ArrowLeft: (notes) => goToNote(notes, "back"),
  ArrowRight: (notes) => goToNote(notes, "on"),
  ArrowUp: (notes) => goToNote(notes, "up"),
  ArrowDown: (notes) => goToNote(notes, "down"),
  Home: (notes) => goToNote(notes, "first"),
  End: (notes) => goToNote(notes, "last"),
  "Alt+ArrowUp": (notes) => stepNote(notes, "up"),
  "Alt+ArrowDown": (notes) => stepNote(notes, "down"),
  "Alt+Shift+ArrowUp": (notes) => stepNote(notes, "octaveUp"),
  "Alt+Shift+ArrowDown": (notes) => stepNote(notes, "octaveDown"),
  "Alt+ArrowLeft": (notes) => stepNote(notes, "earlier"),
  "Alt+ArrowRight": (notes) => stepNote(notes, "later"),
  "Alt+Shift+ArrowLeft": (notes) => stepNote(notes, "littleEarlier"),
  "Alt+Shift+ArrowRight": (notes) => stepNote(notes, "littleLater"),
  "Shift+ArrowLeft": (notes) => stepNote(notes, "shorter"),
  "Shift+ArrowRight": (notes) => stepNote(notes, "longer"),
  Enter: addAtPlayhead,
  Delete: deleteNote,
  Backspace: deleteNote,
  Escape: ({ selected }) => {
    selected.value = undefined;
  },
};

/** Ctrl or, on a Mac, Command; letters as they are without Shift. */
const withControl: Readonly<Record<string, Action>> = { z: undo, "Shift+z": redo, y: redo };

function actionOf(event: KeyboardEvent): Action | undefined {
  const { key, altKey, shiftKey } = event;
  const shift = shiftKey ? "Shift+" : "";
  if (event.ctrlKey || event.metaKey) return withControl[shift + key.toLowerCase()];
  return actions[(altKey ? "Alt+" : "") + shift + key];
}

/** Undo and redo hold in all of a lane, the other keys in its roll. */
export function onRollKey(notes: SongNotes, event: KeyboardEvent): void {
  const action = actionOf(event);
  if (!action) return;
  // Not once more by the keys of the page, or of the browser.
  event.preventDefault();
  event.stopPropagation();
  action(notes);
  const note = notes.selected.peek();
  if (note) reveal(note.startSeconds);
}

export function onLaneKey(notes: SongNotes, event: KeyboardEvent): void {
  if (event.ctrlKey || event.metaKey) onRollKey(notes, event);
}
