// Notes as the listener corrects them, and how they are called.

import type { Note } from "divisi";
import { describe, expect, it } from "vitest";
import {
  changedNote,
  correctNotes,
  isCorrected,
  ownNote,
  shortestSeconds,
  uncorrected,
  withNote,
  withoutNote,
} from "../../../web-demo/src/notes/note_correction.js";
import { noteText, pitchName } from "../../../web-demo/src/notes/note_text.js";

const heardNote = (startSeconds: number, pitch: number): Note => ({
  startSeconds,
  endSeconds: startSeconds + 0.4,
  pitch,
  velocity: 70,
  confidence: 0.8,
  bends: new Float32Array(3),
});
const heard = [heardNote(1, 60), heardNote(1, 64), heardNote(2, 60), heardNote(3, 67)];
const starts = (notes: readonly Note[]) =>
  notes.map(({ startSeconds, pitch }) => [startSeconds, pitch]);

describe("a correction", () => {
  it("takes notes away, adds some, and keeps them in order", () => {
    const [, second] = heard as [Note, Note];
    const added = ownNote(1.5, 1.75, 72);
    const correction = withNote(withoutNote(uncorrected, second), added);
    expect(starts(correctNotes(heard, correction))).toEqual([
      [1, 60],
      [1.5, 72],
      [2, 60],
      [3, 67],
    ]);
    expect(isCorrected(correction)).toBe(true);
    // What one has added is simply gone again.
    expect(withoutNote(correction, added).own).toEqual([]);
    expect(withoutNote(correction, added).removed).toHaveLength(1);
    expect(isCorrected(uncorrected)).toBe(false);
  });

  it("holds where the same notes are heard a little elsewhere, and for no others", () => {
    const correction = withoutNote(uncorrected, heardNote(2, 60));
    const anew = [heardNote(1.98, 60), heardNote(2.02, 61), heardNote(2.2, 60)];
    expect(starts(correctNotes(anew, correction))).toEqual([
      [2.02, 61],
      [2.2, 60],
    ]);
  });

  it("changes notes within the song and the pitches of MIDI", () => {
    const note = heardNote(1, 60);
    expect(changedNote(note, { pitch: 61 }, 10)).toMatchObject({
      startSeconds: 1,
      endSeconds: 1.4,
      pitch: 61,
      velocity: 70,
      confidence: 1,
    });
    const early = changedNote(note, { startSeconds: -1, endSeconds: -0.6 }, 10);
    expect(early.startSeconds).toBe(0);
    expect(early.endSeconds).toBeCloseTo(0.4, 9);
    const short = changedNote(note, { endSeconds: 0.5 }, 10);
    expect(short.endSeconds - short.startSeconds).toBeCloseTo(shortestSeconds, 9);
    expect(changedNote(note, { pitch: 130 }, 10).pitch).toBe(127);
    expect(changedNote(note, { pitch: -1 }, 10).pitch).toBe(0);
  });
});

describe("a note", () => {
  it("has a name and a place", () => {
    expect([60, 69, 61, 0, 127].map(pitchName)).toEqual(["C4", "A4", "C♯4", "C-1", "G9"]);
    expect(noteText(ownNote(12.3, 12.8, 69))).toBe("A4, 12.30 to 12.80 s");
    expect(noteText(ownNote(59.98, 60.5, 60))).toBe("C4, 59.98 to 1:00.50");
    expect(noteText(ownNote(0.999, 5.004, 60))).toBe("C4, 1.00 to 5.00 s");
  });
});
