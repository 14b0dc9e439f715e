import { badOption } from "../base/options.js";
import { isNote } from "../notes/is_note.js";
import type { Note } from "../notes/types.js";

/** A note may reach so far into the next one: then it is cut, as a singer breathes. */
const overlapSeconds = 0.06;

/**
 * Of the notes of a stem that one voice sings or one string plays, those of a line without chords: of all
 * lines the one that is surest, a note weighing its confidence times its length.
 *
 * ```ts
 * const { notes } = await transcriber.transcribe(audioBuffer); // of a stem
 * const melody = oneVoice(notes);
 * ```
 */
export function oneVoice(notes: readonly Note[]): Note[] {
  if (!Array.isArray(notes) || !notes.every(isNote)) throw badOption("notes", "notes", notes);
  const byEnd = [...notes].sort((a, b) => a.endSeconds - b.endSeconds);
  // Weighted interval scheduling: the best line of the first notes, and which note ends it.
  const best: { readonly weight: number; readonly last: number; readonly before: number }[] = [
    { weight: 0, last: -1, before: 0 },
  ];
  for (const [index, note] of byEnd.entries()) {
    const before = countEnded(byEnd, index, note.startSeconds + overlapSeconds);
    const own = note.confidence * (note.endSeconds - note.startSeconds);
    const weight = (best[before]?.weight ?? 0) + own;
    const without = best[index] as (typeof best)[number];
    best.push(weight > without.weight ? { weight, last: index, before } : without);
  }
  const line: Note[] = [];
  for (let at = best.at(-1); at && at.last >= 0; at = best[at.before]) {
    line.push(byEnd[at.last] as Note);
  }
  return cutOverlaps(line.reverse());
}

/** How many of the first `count` notes end by `seconds`. */
function countEnded(byEnd: readonly Note[], count: number, seconds: number): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((byEnd[middle]?.endSeconds ?? 0) <= seconds) low = middle + 1;
    else high = middle;
  }
  return low;
}

function cutOverlaps(line: readonly Note[]): Note[] {
  return line.flatMap((note, index) => {
    const next = line[index + 1]?.startSeconds ?? note.endSeconds;
    if (next >= note.endSeconds) return [note];
    if (next <= note.startSeconds) return [];
    const share = (next - note.startSeconds) / (note.endSeconds - note.startSeconds);
    const bends = note.bends.subarray(0, Math.max(1, Math.round(share * note.bends.length)));
    return [{ ...note, endSeconds: next, bends }];
  });
}
