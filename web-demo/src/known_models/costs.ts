/**
 * What a model takes on this device: measured, when a file is added and with every song, and kept in
 * the browser. Of a model of the catalogue that was not used here yet, guessed from what it took
 * elsewhere.
 */

import { signal } from "@preact/signals";

export interface Measures {
  /** Seconds of a song that are separated in a second. */
  readonly speed?: number;
  /** What the engine's memory has grown to. */
  readonly memoryBytes?: number;
}

/** What one song takes with a model, beyond the decoded song, which is there with any of them. */
export interface Cost {
  /** Undefined where nothing is known. */
  readonly seconds: number | undefined;
  readonly memoryBytes: number | undefined;
  /** Whether the time was measured on this device. */
  readonly isMeasured: boolean;
}

interface Reference {
  /** Processor time for a song, in that of Spleeter for the same song. */
  readonly work: number;
  readonly memoryBytes: number;
}

/**
 * Measured in Node, plain SIMD, with 30 s of noise: the medians of five runs, and what
 * `Separator.inspect` said after them. (Multiply-adds would not do: in a small network more of the time
 * goes into what lies between them and around it.)
 */
const references: Readonly<Record<string, Reference>> = {
  "spleeter-2stems-int8": { work: 1, memoryBytes: 111e6 },
  "spleeter-2stems": { work: 1, memoryBytes: 198e6 },
};

/** Of Spleeter: half of what docs/performance.md measures, for devices that are slower than that one. */
const usualSpeed = 20;

const storageKey = "model-costs";

const measures = signal<Readonly<Record<string, Measures>>>(restore());

function restore(): Record<string, Measures> {
  try {
    return JSON.parse(localStorage.getItem(storageKey) ?? "{}");
  } catch {
    return {};
  }
}

/** Takes what was measured; the newest counts. */
export function measured(model: string, newer: Measures): void {
  const known = measures.value[model];
  measures.value = { ...measures.value, [model]: { ...known, ...newer } };
  try {
    localStorage.setItem(storageKey, JSON.stringify(measures.value));
  } catch {
    // For this visit only, then.
  }
}

/** Seconds of a song a second; 0 where nothing is known. Reads signals. */
export function speedOf(model: string): number {
  return measures.value[model]?.speed ?? guessedSpeed(model);
}

/** By the work of a model that was measured here, or of none. */
function guessedSpeed(model: string): number {
  const reference = references[model];
  if (!reference) return 0;
  const speeds = Object.entries(references).flatMap(([name, { work }]) => {
    const speed = measures.value[name]?.speed;
    return speed ? [speed * work] : [];
  });
  return Math.min(...(speeds.length > 0 ? speeds : [usualSpeed])) / reference.work;
}

export interface SongSize {
  readonly seconds: number;
  readonly sampleRate: number;
  readonly channelCount: number;
}

/** Stems of the song that the player keeps, in seconds; the others are on the disk, or can be. */
export const playerStemSeconds = 45;

/** Reads signals. */
export function costOf(model: string, stemCount: number, song: SongSize): Cost {
  const speed = speedOf(model);
  const engineBytes = measures.value[model]?.memoryBytes ?? references[model]?.memoryBytes;
  const frames = Math.min(song.seconds, playerStemSeconds) * song.sampleRate;
  const stemBytes = frames * song.channelCount * stemCount * 4;
  return {
    seconds: speed > 0 ? song.seconds / speed : undefined,
    memoryBytes: engineBytes === undefined ? undefined : engineBytes + stemBytes,
    isMeasured: measures.value[model]?.speed !== undefined,
  };
}

/** The share of a device's memory that a page can have: the system and the browser need the rest. */
const pageShare = 0.5;

/** The memory of the device in bytes, as far as the browser says: Chromium rounds, and stops at 8 GiB. */
export function deviceBytes(): number | undefined {
  const { deviceMemory } = navigator as { readonly deviceMemory?: number };
  return deviceMemory === undefined ? undefined : deviceMemory * 2 ** 30;
}

/** Whether so much is more than this device has for a page. Where it does not say, the engine will. */
export function isTooMuch(memoryBytes: number | undefined): boolean {
  return (memoryBytes ?? 0) > pageShare * (deviceBytes() ?? Number.POSITIVE_INFINITY);
}
