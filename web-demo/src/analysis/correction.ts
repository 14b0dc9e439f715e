/**
 * Beats as the listener corrects them, a step for each click. No tracker is right about every song: the
 * same music can be tapped twice or half as fast, between the beats, or with another first of the bar.
 */

import type { Beat, BeatsResult } from "divisi";

/**
 * half, double: as many beats a minute. offBeat: each beat half a beat later. later: the first of
 * each bar is the beat after it.
 */
export const beatSteps = ["half", "double", "offBeat", "later"] as const;

export type BeatStep = (typeof beatSteps)[number];

/** In the order of the clicks. */
export type BeatCorrection = readonly BeatStep[];

const opposites: Readonly<Partial<Record<BeatStep, BeatStep>>> = {
  half: "double",
  double: "half",
  offBeat: "offBeat",
};

/** One step more; what undoes the last one takes it away. */
export function withStep(
  correction: BeatCorrection,
  step: BeatStep,
  beatsPerBar: number,
): BeatCorrection {
  const last = correction.at(-1);
  if (last !== undefined && opposites[step] === last) return correction.slice(0, -1);
  const longer = [...correction, step];
  // As many beats later as a bar has, and all is as it was.
  const turn = longer.slice(-beatsPerBar);
  const isWhole = turn.length === beatsPerBar && turn.every((each) => each === "later");
  return isWhole ? longer.slice(0, -beatsPerBar) : longer;
}

/** Slower or faster ones nobody taps. */
const [slowest, fastest] = [20, 400] as const;

/** Whether a step makes sense for these beats. */
export function isPossible({ beats, tempo = 0 }: BeatsResult, step: BeatStep): boolean {
  if (beats.length < 4) return false;
  if (step === "half") return tempo / 2 >= slowest;
  return step !== "double" || tempo * 2 <= fastest;
}

export function correctBeats(result: BeatsResult, correction: BeatCorrection): BeatsResult {
  return correction.reduce((corrected, step) => take[step](corrected), result);
}

const take: Readonly<Record<BeatStep, (result: BeatsResult) => BeatsResult>> = {
  half: (result) => atTempo(result, 1 / 2, halved(result)),
  double: (result) => atTempo(result, 2, doubled(result)),
  offBeat: (result) => ({ ...result, beats: moved(result.beats) }),
  later: (result) => ({ ...result, beats: renumbered(result) }),
};

function atTempo(result: BeatsResult, factor: number, beats: readonly Beat[]): BeatsResult {
  return {
    ...result,
    beats: beats.map((beat) => ({ ...beat, tempo: beat.tempo * factor })),
    tempo: result.tempo === undefined ? undefined : result.tempo * factor,
  };
}

/** A bar has as many beats as before, so it is half as long. */
function doubled(result: BeatsResult): Beat[] {
  const lengths = barLengths(result);
  return result.beats.flatMap((beat, index) => {
    const length = lengths[index] ?? result.beatsPerBar;
    const place = 2 * (beat.number - 1);
    const first = { ...beat, number: (place % length) + 1 };
    const next = result.beats[index + 1];
    if (!next) return [first];
    // It is no surer than the beats around it.
    const confidence = Math.min(beat.confidence, next.confidence);
    const seconds = (beat.seconds + next.seconds) / 2;
    return [first, { ...beat, seconds, number: ((place + 1) % length) + 1, confidence }];
  });
}

/** Of each beat, how many its bar has. The last bar may not be whole. */
function barLengths({ beats, beatsPerBar }: BeatsResult): number[] {
  let length = Math.max(beatsPerBar, beats.at(-1)?.number ?? 0);
  const lengths = beats.map(() => length);
  for (let index = beats.length - 2; index >= 0; index--) {
    if (beats[index + 1]?.number === 1) length = beats[index]?.number ?? length;
    lengths[index] = length;
  }
  return lengths;
}

/** Every second beat; two bars become one. After a bar of another length it begins anew. */
function halved({ beats, beatsPerBar }: BeatsResult): Beat[] {
  const downbeat = Math.max(
    0,
    beats.findIndex(({ number }) => number === 1),
  );
  // Before the first downbeat, counted back from it.
  const pickUp = beats.slice(0, downbeat).flatMap((beat, index) => {
    const before = downbeat - index;
    return before % 2 === 0 ? [{ ...beat, number: modulo(-before / 2, beatsPerBar) + 1 }] : [];
  });
  const kept: Beat[] = [];
  let place = 0;
  for (const [index, beat] of beats.entries()) {
    if (index < downbeat) continue;
    const isIrregular = beats[index - 1]?.number !== beatsPerBar;
    if (beat.number === 1 && (place >= 2 * beatsPerBar || isIrregular)) place = 0;
    if (place % 2 === 0) kept.push({ ...beat, number: ((place / 2) % beatsPerBar) + 1 });
    place += 1;
  }
  return [...pickUp, ...kept];
}

/** In the middle between beats; so there is one less. */
function moved(beats: readonly Beat[]): Beat[] {
  return beats.slice(1).map((next, index) => {
    const beat = beats[index] ?? next;
    return { ...beat, seconds: (beat.seconds + next.seconds) / 2 };
  });
}

/** Each beat has the number of the one before it. */
function renumbered({ beats, beatsPerBar }: BeatsResult): Beat[] {
  const first = beats[0]?.number ?? 1;
  const before = first === 1 ? beatsPerBar : first - 1;
  return beats.map((beat, index) => ({ ...beat, number: beats[index - 1]?.number ?? before }));
}

function modulo(value: number, by: number): number {
  return ((value % by) + by) % by;
}
