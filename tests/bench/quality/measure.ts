/** Separates every mix with every model file, in Wasm as users run it, and scores the stems. */

import { existsSync, readFileSync } from "node:fs";
import { Separator } from "divisi";
import { Failure } from "../../../scripts/lib/failure.mjs";
import { inRoot } from "../../../scripts/lib/paths.mjs";
import type { Mix } from "./mixes.js";
import { type Audio, leak, sdr } from "./scoring.js";

export const dtypes = ["f32", "f16", "int8"] as const;
export type Dtype = (typeof dtypes)[number];

const files: Readonly<Record<Dtype, string>> = {
  f32: "spleeter-2stems-f32.safetensors",
  f16: "spleeter-2stems.safetensors",
  int8: "spleeter-2stems-int8.safetensors",
};

/** One way of separating: quality, and how far the mix is turned down before. */
export interface Setting {
  readonly name: string;
  readonly quality: "normal" | "high";
  readonly gainDb: number;
}

/**
 * High quality is not measured at the low level: both qualities bring a mix to the same level first.
 * The mixes peak at or below -1 dBFS, so that the low level peaks near -40.
 */
const lowDb = -39;
export const settings: readonly Setting[] = [
  { name: "default, full level", quality: "normal", gainDb: 0 },
  { name: "default, peaks at -40 dBFS", quality: "normal", gainDb: lowDb },
  { name: "high, full level", quality: "high", gainDb: 0 },
];

export interface Score {
  readonly mix: string;
  readonly setting: string;
  readonly dtype: Dtype;
  /** SDR of the stems, in dB; undefined where nobody sings. */
  readonly vocals: number | undefined;
  readonly accompaniment: number | undefined;
  /** Energy of false vocals in dB of the mix; undefined where somebody sings. */
  readonly leak: number | undefined;
}

export async function measure(
  mixes: readonly Mix[],
  wanted: readonly Setting[],
  tell: (text: string) => void,
): Promise<Score[]> {
  const scores: Score[] = [];
  for (const dtype of dtypes) {
    const separator = await Separator.create({ model: modelBytes(dtype) });
    try {
      for (const mix of mixes) {
        // 16 bits lose so little that one setting shows it.
        for (const setting of dtype === "f16" ? wanted.slice(0, 1) : wanted) {
          tell(`${dtype}: ${mix.name}, ${setting.name}`);
          scores.push(await score(separator, mix, setting, dtype));
        }
      }
    } finally {
      separator.close();
    }
  }
  return scores;
}

async function score(
  separator: Separator,
  { name, sampleRate, mixture, truth }: Mix,
  { name: setting, quality, gainDb }: Setting,
  dtype: Dtype,
): Promise<Score> {
  const gain = 10 ** (gainDb / 20);
  const audio = { sampleRate, channels: scaled(mixture, gain) };
  const { stems } = await separator.separate(audio, { quality });
  const vocals = scaled(stems.vocals ?? [], 1 / gain);
  const accompaniment = scaled(stems.accompaniment ?? [], 1 / gain);
  return {
    mix: name,
    setting,
    dtype,
    vocals: truth && sdr(truth.vocals, vocals, sampleRate),
    accompaniment: truth && sdr(truth.accompaniment, accompaniment, sampleRate),
    leak: truth ? undefined : leak(vocals, mixture),
  };
}

function scaled(audio: Audio, gain: number): Float32Array[] {
  return audio.map((samples) => samples.map((sample) => gain * sample));
}

function modelBytes(dtype: Dtype): Uint8Array {
  const path = inRoot("build/models", files[dtype]);
  if (!existsSync(path)) throw new Failure(`${path} is missing`, "run `npm run build`");
  return readFileSync(path);
}
