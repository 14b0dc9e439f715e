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
