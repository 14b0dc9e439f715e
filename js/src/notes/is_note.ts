import type { Note } from "./types.js";

/** Whether a value has what a note has to have. */
export function isNote(value: unknown): value is Note {
  const { startSeconds, endSeconds, pitch, velocity } = (value ?? {}) as Partial<Note>;
  return [startSeconds, endSeconds, pitch, velocity].every(Number.isFinite);
}
