/** Notes in words. */

import type { Note } from "divisi";
import { clock } from "../shared/format.js";
import { noteStrings } from "../shared/note_strings.js";

const names = ["C", "C♯", "D", "D♯", "E", "F", "F♯", "G", "G♯", "A", "A♯", "B"];

/** 60 becomes C4, 69 becomes A4. */
export function pitchName(pitch: number): string {
  return `${names[pitch % 12]}${Math.floor(pitch / 12) - 1}`;
}

/** 12.3 becomes 12.30, 72.3 becomes 1:12.30. */
function time(seconds: number): string {
  const hundredths = Math.round(seconds * 100);
  const [whole, rest] = [Math.floor(hundredths / 100), hundredths % 100];
  const digits = String(rest).padStart(2, "0");
  return `${whole < 60 ? whole : clock(whole)}.${digits}`;
}

/** "A4, 12.30 to 12.80 s" */
export function noteText({ pitch, startSeconds, endSeconds }: Note): string {
  const text = noteStrings;
  const end = time(endSeconds);
  const unit = endSeconds < 59.995 ? text.seconds(end) : end;
  return text.note(pitchName(pitch), time(startSeconds), unit);
}
