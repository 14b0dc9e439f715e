/** Where the notes of a part lie in a score, in beats. */

import type { Note } from "../notes/types.js";
import type { Grid } from "./grid.js";

/** A note, and from where to where it sounds. */
export interface Span {
  readonly note: Note;
  readonly start: number;
  readonly end: number;
}

/** Places notes. @param beats the beat of a time. @param grid undefined: they stay where they are */
export function spansOf(
  notes: readonly Note[],
  beats: (seconds: number) => number,
  grid: Grid | undefined,
): Span[] {
  const spans = notes.map((note) => {
    const [start, end] = [beats(note.startSeconds), beats(note.endSeconds)];
    if (!grid) return { note, start, end };
    // At least from one line to the next.
    const from = grid.nearest(start);
    return { note, start: from, end: Math.max(grid.nearest(end), grid.next(from)) };
  });
  return apart(spans);
}

/**
 * Ends notes where the next one of their pitch begins, of a line without chords where any begins: the
 * grid may have brought them together. Of two that begin at once the longer one stays.
 */
function apart(spans: readonly Span[]): Span[] {
  const byStart = [...spans].sort((a, b) => a.note.startSeconds - b.note.startSeconds);
  const isLine = byStart.every(
    ({ note }, index) =>
      note.endSeconds <= (byStart[index + 1]?.note.startSeconds ?? Number.POSITIVE_INFINITY),
  );
  const voices = new Map<number, Span[]>();
  for (const span of byStart) {
    const key = isLine ? 0 : span.note.pitch;
    const voice = voices.get(key) ?? [];
    voices.set(key, voice);
    const before = voice.at(-1);
    if (!before || before.end <= span.start) {
      voice.push(span);
    } else if (before.start < span.start) {
      voice[voice.length - 1] = { ...before, end: span.start };
      voice.push(span);
    } else if (before.end < span.end) {
      voice[voice.length - 1] = span;
    }
  }
  return [...voices.values()].flat();
}
