/**
 * Chords change on beats, and sections on downbeats: what was heard a little early or late is moved to
 * the nearest one.
 */

import type { AnalysisResult, Beat, Chord, Section } from "./types.js";

/**
 * Of the time from beat to beat, how far a border is moved at most. Borders are heard within 0.1 s or
 * so; beats that lie half a beat off, where the tracker errs, so do no harm.
 */
const share = 0.3;

/** Of the time from downbeat to downbeat. Sections are heard within a second or two only. */
const shareOfBar = 0.5;

/** What parts make of each other: chords change on beats, sections on downbeats. */
export function joinParts(result: AnalysisResult): AnalysisResult {
  const { beats, chords, sections } = result;
  if (!beats) return result;
  return {
    ...result,
    ...(chords && { chords: { ...chords, chords: layOnBeats(chords.chords, beats.beats) } }),
    ...(sections && {
      sections: { ...sections, sections: layOnDownbeats(sections.sections, beats.beats) },
    }),
  };
}

/**
 * @returns the sections with the borders between them on downbeats. A border that lies further from
 * all of them, or would leave nothing of a section, stays where it was heard.
 */
export function layOnDownbeats(sections: readonly Section[], beats: readonly Beat[]): Section[] {
  const downbeats = beats.filter(({ number }) => number === 1);
  const reach = shareOfBar * medianInterval(downbeats);
  const laid: Section[] = [];
  for (const [index, section] of sections.entries()) {
    const startSeconds = laid.at(-1)?.endSeconds ?? section.startSeconds;
    const next = sections[index + 1];
    const moved = next ? onBeat(section.endSeconds, downbeats, reach) : section.endSeconds;
    const fits = moved > startSeconds && (!next || moved < next.endSeconds);
    laid.push({ ...section, startSeconds, endSeconds: fits ? moved : section.endSeconds });
  }
  return laid;
}

/**
 * @returns the chords with their borders on beats. A border that lies further from all beats (before
 * the first one, say) stays where it was heard; a chord of which nothing is left goes, and what is the
 * same on both sides of it becomes one.
 */
export function layOnBeats(chords: readonly Chord[], beats: readonly Beat[]): Chord[] {
  const reach = share * medianInterval(beats);
  const last = chords.length - 1;
  const laid: Chord[] = [];
  for (const [index, chord] of chords.entries()) {
    const startSeconds = laid.at(-1)?.endSeconds ?? chord.startSeconds;
    const endSeconds = index === last ? chord.endSeconds : onBeat(chord.endSeconds, beats, reach);
    if (endSeconds <= startSeconds) continue;
    const before = laid.at(-1);
    if (before?.label === chord.label) {
      laid[laid.length - 1] = joined(before, { ...chord, startSeconds, endSeconds });
    } else {
      laid.push({ ...chord, startSeconds, endSeconds });
    }
  }
  return laid;
}

function joined(a: Chord, b: Chord): Chord {
  const length = ({ startSeconds, endSeconds }: Chord) => endSeconds - startSeconds;
  const sum = a.confidence * length(a) + b.confidence * length(b);
  return { ...a, endSeconds: b.endSeconds, confidence: sum / (length(a) + length(b)) };
}

/** The beat next to `seconds`, if it is no further away than `reach`. */
function onBeat(seconds: number, beats: readonly Beat[], reach: number): number {
  let low = 0;
  let high = beats.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((beats[middle]?.seconds ?? 0) < seconds) low = middle + 1;
    else high = middle;
  }
  let nearest = seconds;
  let distance = reach;
  for (const beat of beats.slice(Math.max(low - 1, 0), low + 1)) {
    if (Math.abs(beat.seconds - seconds) > distance) continue;
    nearest = beat.seconds;
    distance = Math.abs(beat.seconds - seconds);
  }
  return nearest;
}

/** 0 where there are fewer than two beats. */
function medianInterval(beats: readonly Beat[]): number {
  const intervals = beats
    .slice(1)
    .map((beat, index) => beat.seconds - (beats[index]?.seconds ?? 0))
    .sort((a, b) => a - b);
  return intervals[intervals.length >> 1] ?? 0;
}
