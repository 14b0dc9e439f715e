/** What the suite needs of the place where it runs: Node or a page. */

import type * as Divisi from "divisi";

export interface Environment {
  readonly divisi: typeof Divisi;
  readonly variant: Divisi.Variant;
  /** Options by which catalogue models are found here. */
  readonly models: Pick<Divisi.SeparatorOptions, "modelBase">;
  /** A file that tests/suite/fixtures.ts makes. */
  fixture(name: string): Promise<ArrayBuffer>;
}

export type Case = (environment: Environment) => Promise<void>;

/** Noise that is the same everywhere, -12 dB of full scale. */
export function noise(frameCount: number, seed = 1): Float32Array<ArrayBuffer> {
  let state = seed;
  return Float32Array.from({ length: frameCount }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state / 2 ** 31 - 1) / 4;
  });
}

export function stereoNoise(frameCount: number, sampleRate = 44100): Divisi.PlanarAudio {
  return { sampleRate, channels: [noise(frameCount, 1), noise(frameCount, 2)] };
}

/** Runs `work` with a separator and closes it whatever happens. */
export async function withSeparator<T>(
  environment: Environment,
  options: Divisi.SeparatorOptions,
  work: (separator: Divisi.Separator) => Promise<T>,
): Promise<T> {
  const { divisi, variant, models } = environment;
  const separator = await divisi.Separator.create({ variant, ...models, ...options });
  try {
    return await work(separator);
  } finally {
    separator.close();
  }
}

/** Runs `work` with a tagger, of musicnn-mtt if nothing else is said, and closes it in the end. */
export async function withTagger<T>(
  environment: Environment,
  options: Partial<Divisi.TaggerOptions>,
  work: (tagger: Divisi.Tagger) => Promise<T>,
): Promise<T> {
  const { divisi, variant, models } = environment;
  const tagger = await divisi.Tagger.create({
    variant,
    ...models,
    model: "musicnn-mtt",
    ...options,
  });
  try {
    return await work(tagger);
  } finally {
    tagger.close();
  }
}

/** (Array.fromAsync is newer than Node 20.) */
export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}
