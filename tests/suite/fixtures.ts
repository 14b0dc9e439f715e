/** The files that the suite reads; pages fetch them from the tests' server. */

import { readFileSync } from "node:fs";
import { makeSong, readClip } from "../golden/golden_input.mjs";

const golden = new URL("../golden/", import.meta.url);

/** Where `npm run build` puts the imported models. */
export const modelsFolder = new URL("../../build/models/", import.meta.url);

/**
 * `song.f32` and `clip.f32`: planar audio, two channels one after the other; `musicnn.f32`: the
 * taggers' input, mono at 16 kHz; models by the names of their files; anything else is a file of
 * tests/golden.
 */
export function fixture(name: string): ArrayBuffer {
  if (name === "song.f32") return join(makeSong());
  if (name === "clip.f32") return join(readClip());
  if (name === "musicnn.f32") return makeMusicnnInput().buffer;
  const folder = name.endsWith(".safetensors") ? modelsFolder : golden;
  return new Uint8Array(readFileSync(new URL(name, folder))).buffer;
}

function join(channels: Float32Array[]): ArrayBuffer {
  const frames = channels[0]?.length ?? 0;
  const all = new Float32Array(frames * channels.length);
  channels.forEach((samples, i) => {
    all.set(samples, i * frames);
  });
  return all.buffer;
}

/** The clip three times with different gains, as tests/golden/README.md has it. */
function makeMusicnnInput(): Float32Array<ArrayBuffer> {
  const { gains, samples } = JSON.parse(
    readFileSync(new URL("musicnn-mel/index.json", golden), "utf8"),
  ).input as { gains: number[]; samples: number };
  const bytes = readFileSync(new URL("musicnn-mel/clip-16k.i16", golden));
  const clip = new Int16Array(new Uint8Array(bytes).buffer);
  return Float32Array.from({ length: samples }, (_, i) => {
    const gain = gains[Math.floor(i / clip.length)] ?? Number.NaN;
    return (gain * (clip[i % clip.length] ?? Number.NaN)) / 32768;
  });
}
