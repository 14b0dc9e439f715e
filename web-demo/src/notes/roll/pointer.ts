/**
 * The pointer above a piano roll. It belongs to the lanes, where a click goes to a place and a drag draws
 * a loop (timeline/pointer.ts), except on a note: that is selected and dragged, at its end made longer
 * or shorter. A double click adds a note where there is none.
 */

import type { Signal } from "@preact/signals";
import type { Note } from "divisi";
import { useEffect } from "preact/hooks";
import { duration } from "../../player/player.js";
import { addNote, changeNote } from "../editing.js";
import { changedNote, type NoteChange, shortestSeconds } from "../note_correction.js";
import type { SongNotes } from "../song_notes.js";
import { boxOf, noteAt, type PitchRange, type RollPlace, valueAt } from "./place.js";

/** A note while it is dragged. */
export interface Draft {
  readonly of: Note;
  readonly as: Note;
}

/** Less is a click with an unsteady hand. */
const dragPixels = 4;
/** What counts as the end of a note, where the note is long enough to have a middle, too. */
const [edgePixels, leastPixels] = [7, 20] as const;

export interface RollPointerOptions {
  readonly roll: { readonly current: HTMLElement | null };
  readonly notes: SongNotes;
  readonly range: () => PitchRange;
  readonly draft: Signal<Draft | undefined>;
  readonly onSelect: () => void;
}

export function useRollPointer({ roll, notes, range, draft, onSelect }: RollPointerOptions): void {
  useEffect(() => {
    const element = roll.current;
    // Above all lanes lies what catches the pointer: it is asked before that.
    const lanes = element?.closest<HTMLElement>(".lanes");
    if (!element || !lanes) return;
    const ending = new AbortController();
    const { signal } = ending;

    const placeOf = ({ clientX, clientY, target }: MouseEvent): RollPlace | undefined => {
      const { left, top, width, height } = element.getBoundingClientRect();
      const [x, y] = [clientX - left, clientY - top];
      const isInside = x >= 0 && x < width && y >= 0 && y < height;
      const isTaken = (target as Element).closest?.("[role=slider], button, input");
      return isInside && !isTaken ? { x, y } : undefined;
    };
    const hit = (place: RollPlace | undefined) =>
      place && noteAt(notes.notes.peek(), place, range(), element.clientWidth);
    const isEnd = (note: Note, { x }: RollPlace) => {
      const { left, width } = boxOf(note, range(), element.clientWidth);
      return width >= leastPixels && x > left + width - edgePixels;
    };

    const onDown = (event: PointerEvent) => {
      const place = placeOf(event);
      const note = hit(place);
      if (event.button !== 0 || !place || !note) return;
      event.stopPropagation();
      event.preventDefault();
      notes.selected.value = note;
      onSelect();
      // On a touch screen a drag scrolls, as everywhere.
      if (event.pointerType !== "touch") drag(event, place, note);
    };

    const drag = ({ pointerId, target }: PointerEvent, begun: RollPlace, note: Note) => {
      const atEnd = isEnd(note, begun);
      // The range must not move below the pointer.
      const fixed = range();
      const from = valueAt(begun, fixed, element.clientWidth);
      const over = new AbortController();
      const changeAt = (event: PointerEvent): NoteChange => {
        const { left, top } = element.getBoundingClientRect();
        const place = { x: event.clientX - left, y: event.clientY - top };
        const to = valueAt(place, fixed, element.clientWidth);
        const seconds = to.seconds - from.seconds;
        const { startSeconds, endSeconds, pitch } = note;
        if (atEnd) {
          return { endSeconds: Math.max(endSeconds + seconds, startSeconds + shortestSeconds) };
        }
        const isUpright = Math.abs(place.x - begun.x) < dragPixels;
        const moved = isUpright ? 0 : seconds;
        return {
          startSeconds: startSeconds + moved,
          endSeconds: endSeconds + moved,
          pitch: Math.min(Math.max(pitch + to.pitch - from.pitch, fixed.low), fixed.high),
        };
      };
      const onMove = (event: PointerEvent) => {
        const { left, top } = element.getBoundingClientRect();
        const [x, y] = [event.clientX - left, event.clientY - top];
        const isFar = Math.hypot(x - begun.x, y - begun.y) >= dragPixels;
        if (!isFar && !draft.peek()) return;
        draft.value = { of: note, as: changedNote(note, changeAt(event), duration.peek()) };
      };
      const onEnd = (event: PointerEvent) => {
        over.abort();
        if (draft.peek() && event.type === "pointerup") changeNote(notes, note, changeAt(event));
        draft.value = undefined;
      };
      const catcher = target as Element;
      catcher.setPointerCapture(pointerId);
      const options = { signal: over.signal };
      lanes.addEventListener("pointermove", onMove, options);
      lanes.addEventListener("pointerup", onEnd, options);
      lanes.addEventListener("pointercancel", onEnd, options);
    };

    const onHover = (event: PointerEvent) => {
      if (event.buttons > 0) return;
      const place = placeOf(event);
      const note = hit(place);
      // Another roll may have it.
      if (!place) return;
      lanes.dataset.note = !note ? "" : isEnd(note, place) ? "end" : "middle";
    };
    const onDouble = (event: MouseEvent) => {
      const place = placeOf(event);
      if (!place || hit(place)) return;
      event.stopPropagation();
      const { seconds, pitch } = valueAt(place, range(), element.clientWidth);
      addNote(notes, seconds, pitch);
      onSelect();
    };
    const onLeave = (event: PointerEvent) => {
      if (!placeOf(event)) delete lanes.dataset.note;
    };

    lanes.addEventListener("pointerdown", onDown, { capture: true, signal });
    lanes.addEventListener("dblclick", onDouble, { capture: true, signal });
    lanes.addEventListener("pointermove", onLeave, { capture: true, passive: true, signal });
    lanes.addEventListener("pointermove", onHover, { passive: true, signal });
    return () => {
      ending.abort();
      delete lanes.dataset.note;
    };
  }, [notes]);
}
