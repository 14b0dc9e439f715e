/** Songs of known notes, as instruments play them, and what is measured of them. */

import type { Note } from "divisi";

export const sampleRate = 44100;

export interface Played {
  readonly pitch: number;
  readonly start: number;
  readonly end: number;
  readonly velocity?: number;
}

/** How an instrument sounds. */
export interface Timbre {
  /** In cents above A = 440 Hz. */
  readonly tuning: number;
  /** In dB a second; 0 sustains. */
  readonly decay: number;
  /** Cents to either side. */
  readonly vibrato: number;
  /** Amplitudes of the partials. */
  readonly partials: readonly number[];
  /** How far partials lie above multiples, as those of strings: by 1 + stiffness k² under the root. */
  readonly stiffness?: number;
}

export const noteOf = ({ pitch, start, end, velocity = 90 }: Played): Note => ({
  startSeconds: start,
  endSeconds: end,
  pitch,
  velocity,
  confidence: 0.9,
  bends: new Float32Array(1),
});

/** Numbers from 0 to 1 that look random, the same in every run. */
export function numbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** A line of notes with rests, in a scale, up and down at random. */
export function melody(seed: number, count: number, lowest: number): Played[] {
  const random = numbers(seed);
  const scale = [0, 2, 4, 5, 7, 9, 11, 12, 14, 16, 17, 19];
  let at = 0.2;
  return Array.from({ length: count }, () => {
    const pitch = lowest + (scale[Math.floor(random() * scale.length)] as number);
    const start = at;
    const end = start + 0.25 + 0.6 * random();
    at = end + (random() < 0.5 ? 0.15 : 0);
    return { pitch, start, end, velocity: 60 + Math.floor(60 * random()) };
  });
}

/** What the notes sound like, with noise 60 dB below full scale. */
export function render(notes: readonly Played[], timbre: Timbre, seed = 1): Float32Array {
  const seconds = notes.reduce((last, { end }) => Math.max(last, end), 0) + 0.5;
  const random = numbers(seed);
  const song = Float32Array.from(
    { length: Math.ceil(seconds * sampleRate) },
    () => 0.001 * (2 * random() - 1),
  );
  for (const note of notes) addNote(song, note, timbre);
  return song;
}

function addNote(song: Float32Array, note: Played, timbre: Timbre): void {
  const { pitch, start, end, velocity = 90 } = note;
  const { stiffness = 0 } = timbre;
  const hz = 440 * 2 ** ((pitch - 69 + timbre.tuning / 100) / 12);
  const level = 0.3 * (velocity / 127) ** 2;
  const from = Math.round(start * sampleRate);
  const to = Math.round(end * sampleRate);
  let phase = 0;
  for (let i = from; i < to; i++) {
    const seconds = (i - from) / sampleRate;
    const cents = timbre.vibrato * Math.sin(2 * Math.PI * 5.5 * seconds);
    phase += (2 * Math.PI * hz * 2 ** (cents / 1200)) / sampleRate;
    const ends = Math.min(1, seconds / 0.008, (to - i) / sampleRate / 0.02);
    const gain = level * ends * 10 ** ((timbre.decay * seconds) / 20);
    let sample = 0;
    for (const [k, amplitude] of timbre.partials.entries()) {
      const number = (k + 1) * Math.sqrt((1 + stiffness * (k + 1) ** 2) / (1 + stiffness));
      if (number * hz < sampleRate / 2) sample += amplitude * Math.sin(number * phase);
    }
    song[i] = (song[i] as number) + gain * sample;
  }
}

/**
 * The pitch of a sound as MIDI counts, whatever it is between 30 and 2000 Hz: the first of the highest
 * peaks of its normalised autocorrelation, and undefined where it has none.
 */
export function pitchAt(samples: Float32Array, seconds: number): number | undefined {
  const from = Math.round(seconds * sampleRate);
  const window = 3000;
  const [least, most] = [Math.floor(sampleRate / 2000), Math.ceil(sampleRate / 30)];
  const alike = (lag: number) => {
    let [ab, aa, bb] = [0, 0, 0];
    for (let i = from; i < from + window; i += 3) {
      const [a, b] = [samples[i] ?? 0, samples[i + lag] ?? 0];
      ab += a * b;
      aa += a * a;
      bb += b * b;
    }
    return aa > 1e-4 && bb > 0 ? ab / Math.sqrt(aa * bb) : 0;
  };
  const all = Array.from({ length: most + 2 }, (_, lag) => (lag < least ? 0 : alike(lag)));
  const highest = all.reduce((a, b) => Math.max(a, b));
  if (highest < 0.6) return undefined;
  const lag = all.findIndex((value, at) => {
    const isPeak = value >= (all[at - 1] ?? 0) && value >= (all[at + 1] ?? 0);
    return at > least && isPeak && value > 0.93 * highest;
  });
  const [before, here, after] = [lag - 1, lag, lag + 1].map((at) => all[at] ?? 0) as [
    number,
    number,
    number,
  ];
  const shift = (before - after) / (2 * (before - 2 * here + after));
  return 69 + 12 * Math.log2(sampleRate / (lag + shift) / 440);
}

/** By how many cents each note that sounds for long enough is off; Infinity for one that isn't heard. */
export function errorsInCents(samples: Float32Array, notes: readonly Played[]): number[] {
  return notes.map(({ pitch, start, end }) => {
    const places = Array.from({ length: 5 }, (_, k) => start + (end - start) * (0.25 + 0.1 * k));
    const heard = places.flatMap((seconds) => pitchAt(samples, seconds) ?? []);
    if (heard.length < 3) return Number.POSITIVE_INFINITY;
    const sorted = heard.sort((a, b) => a - b);
    return 100 * Math.abs((sorted[sorted.length >> 1] as number) - pitch);
  });
}

export function shareWithin(errors: readonly number[], cents: number): number {
  return errors.filter((error) => error <= cents).length / errors.length;
}
