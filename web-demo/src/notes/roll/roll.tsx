/** The piano roll: a picture of the notes in view, and a list of them for those who do not see it. */

import { effect, useComputed, useSignal } from "@preact/signals";
import { useEffect, useId, useRef } from "preact/hooks";
import { shownBars } from "../../analysis/shown_beats.js";
import { noteStrings } from "../../shared/note_strings.js";
import { theme } from "../../shared/theme.js";
import { surfaceWidth, view } from "../../timeline/view.js";
import { noteText } from "../note_text.js";
import type { SongNotes } from "../song_notes.js";
import { drawRoll } from "./drawing.js";
import { onRollKey } from "./keys.js";
import { pitchRange, rollHeight } from "./place.js";
import { type Draft, useRollPointer } from "./pointer.js";

interface RollProps {
  readonly notes: SongNotes;
  /** The stem's name. */
  readonly title: string;
}

export function Roll({ notes, title }: RollProps) {
  const text = noteStrings;
  const place = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const draft = useSignal<Draft | undefined>(undefined);
  const range = useComputed(() => pitchRange(notes.notes.value));
  useRollPointer({
    roll: place,
    notes,
    range: () => range.peek(),
    draft,
    onSelect: () => list.current?.focus({ preventScroll: true }),
  });
  useEffect(() => drawWhenChanged(canvas, place, () => pictureOf(notes, draft.value)), [notes]);
  const id = useId();
  const all = notes.notes.value;
  const index = notes.selected.value ? all.indexOf(notes.selected.value) : -1;
  return (
    <div class="roll" ref={place} style={{ height: `${rollHeight}px` }}>
      <canvas ref={canvas} />
      <div
        ref={list}
        class="roll-list"
        role="listbox"
        tabIndex={0}
        aria-label={text.roll(title, all.length > 0 ? text.count(all.length) : text.none)}
        aria-busy={notes.stage.value === "due"}
        aria-activedescendant={index >= 0 ? idOf(id, index) : undefined}
        onKeyDown={(event) => onRollKey(notes, event)}
      >
        <Options notes={notes} id={id} />
      </div>
      <NotHeard notes={notes} />
    </div>
  );

  function pictureOf({ selected, notes: shown }: SongNotes, dragged: Draft | undefined) {
    const now = shown.value;
    const isSelected = selected.value !== undefined && now.includes(selected.value);
    return {
      notes: dragged ? now.map((note) => (note === dragged.of ? dragged.as : note)) : now,
      selected: dragged?.as ?? (isSelected ? selected.value : undefined),
      range: range.value,
      bars: shownBars.value,
    };
  }
}

/** Of a note in the list. */
const idOf = (list: string, index: number) => `${list}-${index}`;

/** So many before what is selected, or what is first in view, and after it are listed. */
const listed = 50;

function Options({ notes, id }: { notes: SongNotes; id: string }) {
  const window = useComputed(() => {
    const all = notes.notes.value;
    const selected = notes.selected.value;
    const index = selected ? all.indexOf(selected) : -1;
    const { start } = view.value;
    const middle = index >= 0 ? index : all.findIndex(({ endSeconds }) => endSeconds >= start);
    const first = Math.max(0, middle - listed);
    return { all: all.slice(first, middle + listed), first, count: all.length, selected };
  });
  const { all, first, count, selected } = window.value;
  return (
    <>
      {all.map((note, index) => (
        <div
          key={first + index}
          id={idOf(id, first + index)}
          class="visually-hidden"
          role="option"
          tabIndex={-1}
          aria-selected={note === selected}
          aria-posinset={first + index + 1}
          aria-setsize={count}
        >
          {noteText(note)}
        </div>
      ))}
    </>
  );
}

/** What was not listened to yet is hatched, as what is not computed is in the lanes. */
function NotHeard({ notes }: { notes: SongNotes }) {
  const { stage, share, song } = notes;
  const { start, end, length } = view.value;
  const from = Math.max(start, share.value * (song.duration.value ?? 0));
  if (stage.value !== "due" || length <= 0 || from >= end) return null;
  const left = (100 * (from - start)) / length;
  return <div class="gap" style={{ left: `${left}%`, width: `${100 - left}%` }} />;
}

type Picture = Omit<Parameters<typeof drawRoll>[1], "width">;

/** Draws once for all that changes until the next picture of the screen. @returns what ends that */
function drawWhenChanged(
  canvas: { readonly current: HTMLCanvasElement | null },
  place: { readonly current: HTMLElement | null },
  picture: () => Picture,
): () => void {
  let frame = 0;
  const undo = effect(() => {
    // Read for their change: colours are what the style sheets make of the theme.
    void [theme.value, surfaceWidth.value, view.value];
    const now = picture();
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(() => {
      const width = place.current?.clientWidth ?? 0;
      if (canvas.current) drawRoll(canvas.current, { ...now, width });
    });
  });
  return () => {
    undo();
    cancelAnimationFrame(frame);
  };
}
