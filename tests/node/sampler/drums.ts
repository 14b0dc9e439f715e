/** Drums as a machine plays them. */

import { numbers, sampleRate } from "./song.js";

export interface Struck {
  readonly seconds: number;
  readonly instrument: string;
  readonly note: number;
  readonly velocity: number;
}

/** A falling sine, noise, and short noise. */
export function sound(note: number, velocity: number): Float32Array {
  const random = numbers(note);
  const level = 0.6 * (velocity / 127) ** 2;
  const length = note === 42 ? 0.08 : 0.3;
  return Float32Array.from({ length: length * sampleRate }, (_, i) => {
    const seconds = i / sampleRate;
    const wave =
      note === 36
        ? Math.sin(2 * Math.PI * (60 * seconds - 2 * Math.exp(-40 * seconds)))
        : 2 * random() - 1;
    return level * wave * Math.exp((-6 * seconds) / length);
  });
}

export function renderDrums(hits: readonly Struck[]): Float32Array {
  const song = new Float32Array(9 * sampleRate);
  for (const { seconds, note, velocity } of hits) {
    const from = Math.round(seconds * sampleRate);
    sound(note, velocity).forEach((sample, i) => {
      song[from + i] = (song[from + i] ?? 0) + sample;
    });
  }
  return song;
}

const names = new Map([
  [36, "kick"],
  [38, "snare"],
  [42, "closed-hat"],
]);
/** A rock beat: hats in eighths; of these every other one with a kick or snare. */
export const beat: Struck[] = Array.from({ length: 32 }, (_, eighth) => {
  const hat = { note: 42, velocity: eighth % 4 === 1 ? 70 : 100 };
  const drum = eighth % 4 === 0 ? 36 : eighth % 4 === 2 ? 38 : undefined;
  const all = drum === undefined ? [hat] : eighth < 16 ? [{ note: drum, velocity: 110 }, hat] : [];
  // (In the second half drums sound alone, and softer.)
  if (drum !== undefined && eighth >= 16)
    all.push({ note: drum, velocity: eighth < 24 ? 80 : 110 });
  return all.map((each) => ({
    seconds: 0.2 + eighth * 0.25,
    instrument: names.get(each.note) ?? "",
    ...each,
  }));
}).flat();
