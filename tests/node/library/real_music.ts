/** What musicnn heard in real music (tests/golden/embeddings), and the truth about invented tags. */

import { readFileSync } from "node:fs";
import type { TrackInput } from "divisi";

interface Index {
  readonly model: string;
  readonly tracks: number;
  readonly embeddingSize: number;
  readonly tagNames: readonly string[];
  readonly inventedTags: readonly InventedTag[];
  readonly packages: readonly { readonly name: string; readonly files: readonly string[] }[];
}

export interface InventedTag {
  readonly name: string;
  /** Indices of tracks. */
  readonly fits: readonly number[];
  readonly doesNotFit: readonly number[];
}

/** A track whose tags and embedding are float32. */
export interface RealTrack extends TrackInput {
  readonly package: string;
  readonly tags: Readonly<Record<string, number>>;
  readonly embedding: Float32Array;
}

const folder = new URL("../../golden/embeddings/", import.meta.url);
const index = JSON.parse(readFileSync(new URL("index.json", folder), "utf8")) as Index;

export const inventedTags = index.inventedTags;
export const tagNames = index.tagNames;
export const tracks: readonly RealTrack[] = readTracks();

function readTracks(): RealTrack[] {
  const { model, tracks: count, embeddingSize: size } = index;
  const scores = readHalves("scores.f16", count * tagNames.length);
  const embeddings = readHalves("embeddings.f16", count * size);
  return index.packages
    .flatMap(({ name, files }) => files.map((file) => ({ name, file })))
    .map(({ name, file }, i) => ({
      package: name,
      id: `${name}/${file}`,
      title: file.split("/").at(-1),
      model,
      tags: Object.fromEntries(
        tagNames.map((tag, k) => [tag, scores[i * tagNames.length + k] as number]),
      ),
      embedding: embeddings.slice(i * size, (i + 1) * size),
    }));
}

function readHalves(name: string, count: number): Float32Array {
  const bytes = readFileSync(new URL(name, folder));
  if (bytes.length !== 2 * count) {
    throw new Error(`${name}: expected ${2 * count} bytes, got ${bytes.length}`);
  }
  return Float32Array.from({ length: count }, (_, i) => fromHalf(bytes.readUInt16LE(2 * i)));
}

/** IEEE 754 binary16. (Float16Array is too new for Node 20.) */
function fromHalf(bits: number): number {
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  const size = exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15);
  return bits >> 15 ? -size : size;
}

/** A generator of numbers from 0 to 1 that gives the same on every run (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function shuffled<T>(values: readonly T[], random: () => number): T[] {
  return values
    .map((value) => [random(), value] as const)
    .sort(([a], [b]) => a - b)
    .map(([, value]) => value);
}

/** The chance that something that fits scores higher than something that does not. */
export function rocAuc(fitting: readonly number[], others: readonly number[]): number {
  let wins = 0;
  for (const a of fitting) for (const b of others) wins += a > b ? 1 : a === b ? 0.5 : 0;
  return wins / (fitting.length * others.length);
}

export const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
