/** One segment of the bundled song as HTDemucs takes it; make_input.py says by which formula. */

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { inBuild, inRoot } from "../../scripts/lib/paths.mjs";
import { run } from "../../scripts/lib/run.mjs";
import { python } from "../../scripts/setup/python.mjs";
import { readAudio } from "../bench/quality/mixes.js";

/** @returns the folder with waveform.f32, spectrum.f32 and input.npz */
export async function makeNetworkInput(): Promise<string> {
  const folder = inBuild("bench/inputs/htdemucs");
  mkdirSync(folder, { recursive: true });
  const { audio } = await readAudio(inRoot("sample/song.ogg"));
  const [left, right] = audio as [Float32Array, Float32Array];
  const song = new Float32Array(2 * left.length);
  for (let i = 0; i < left.length; i++) {
    song[2 * i] = left[i] as number;
    song[2 * i + 1] = right[i] as number;
  }
  const file = join(folder, "song.f32");
  writeFileSync(file, song);
  await run(python, [inRoot("tests/htdemucs/make_input.py"), file, folder], {
    what: "Computing a segment's spectrum",
  });
  return folder;
}
