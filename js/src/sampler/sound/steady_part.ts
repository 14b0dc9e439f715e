/** How a note sounds once it has begun: its pitch, how steady that is, and how its level goes. */

import { FundamentalMeter, pitchOf } from "./fundamental.js";
import { levelDb, median } from "./recording.js";

export interface SteadyPart {
  /** As MIDI counts, with a fraction: the median. */
  readonly pitch: number;
  /** The share of it, in time, whose pitch is near the median: elsewhere it is another one, or none. */
  readonly steadyShare: number;
  /** How far the pitch is off its median on average, in semitones, where it is near that. */
  readonly wander: number;
  /** What does not repeat from period to period there, 0 to about 1: the mean. */
  readonly aperiodicity: number;
  /** In dB a second; negative where it decays. */
  readonly slope: number;
  /** The pitch of the frames from `from` to before `to`; undefined where too few were measured. */
  pitchWithin(from: number, to: number): number | undefined;
}

const mostFrames = 48;
const shortestHopSeconds = 0.005;
/** Attacks are noise, and what ends fades. */
const attackShare = 0.15;
const attackSeconds = { least: 0.02, most: 0.15 };
const endShare = 0.1;
/** A note's level is looked at up to here, as many fade before they end. */
const levelShare = 0.65;
/** In semitones: vibrato is, an octave isn't. */
const nearPitch = 1;

/** @param pitch that is expected. @return undefined where too little could be measured */
export function steadyPart(
  mono: Float32Array,
  sampleRate: number,
  from: number,
  to: number,
  pitch: number,
): SteadyPart | undefined {
  const meter = new FundamentalMeter(sampleRate, pitch);
  const { least, most } = attackSeconds;
  const seconds = (to - from) / sampleRate;
  const attack = Math.min(most, Math.max(least, attackShare * seconds)) * sampleRate;
  const begin = Math.round(from + attack);
  const last = Math.floor(to - endShare * (to - from) - meter.span);
  if (last < begin) return undefined;
  const hop = Math.max(shortestHopSeconds * sampleRate, (last - begin) / mostFrames);
  const frames: { centre: number; pitch: number; aperiodicity: number; level: number }[] = [];
  for (let at = begin; at <= last; at += hop) {
    const start = Math.round(at);
    const found = meter.measure(mono, start);
    if (!found) continue;
    frames.push({
      centre: start + meter.span / 2,
      pitch: pitchOf(found.hz),
      aperiodicity: found.aperiodicity,
      level: levelDb(mono, start, start + meter.span),
    });
  }
  if (frames.length === 0) return undefined;
  const middle = median(frames.map((frame) => frame.pitch));
  const near = frames.filter((frame) => Math.abs(frame.pitch - middle) <= nearPitch);
  const mean = (values: readonly number[]) =>
    values.reduce((a, b) => a + b, 0) / Math.max(1, values.length);
  const early = frames.filter(({ centre }) => centre <= from + levelShare * (to - from));
  return {
    pitch: median(near.map((frame) => frame.pitch)),
    steadyShare: near.length / frames.length,
    wander: mean(near.map((frame) => Math.abs(frame.pitch - middle))),
    aperiodicity: mean(near.map((frame) => frame.aperiodicity)),
    slope: slopeOf(early.map(({ centre, level }) => [centre / sampleRate, level])),
    pitchWithin: (start, end) => {
      const within = near.filter(({ centre }) => centre >= start && centre < end);
      return within.length < 2 ? undefined : mean(within.map((frame) => frame.pitch));
    },
  };
}

/** Of the line through points: the median of those of all pairs (Theil and Sen), which few fades change. */
function slopeOf(points: readonly (readonly [number, number])[]): number {
  const slopes = points.flatMap(([x, y], index) =>
    points.slice(index + 1).map(([laterX, laterY]) => (laterY - y) / (laterX - x)),
  );
  return slopes.length > 0 ? median(slopes) : 0;
}
