/** The files that the suite reads; pages fetch them from the tests' server. */

import { readFileSync } from "node:fs";
import { makeSong, readClip } from "../golden/golden_input.mjs";

const golden = new URL("../golden/spleeter-2stems/", import.meta.url);

/** Where `npm run build` puts the imported models. */
export const modelsFolder = new URL("../../build/models/", import.meta.url);

/**
 * `song.f32` and `clip.f32`: planar audio, two channels one after the other; models by the names of
 * their files; anything else is a file of tests/golden/spleeter-2stems.
 */
export function fixture(name: string): ArrayBuffer {
  if (name === "song.f32") return join(makeSong());
  if (name === "clip.f32") return join(readClip());
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
