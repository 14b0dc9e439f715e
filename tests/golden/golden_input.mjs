// The inputs of the golden tests for JavaScript, bit by bit those of golden_input.py, and a reader
// for the raw files (README.md says what each holds).
import { readFileSync } from "node:fs";

/** A raw file, given relative to tests/golden, as the given typed array. */
export function readGolden(name, ArrayType = Float32Array) {
  const bytes = readFileSync(new URL(name, import.meta.url));
  return new ArrayType(new Uint8Array(bytes).buffer);
}

/** The network's input, [frames, bins, 2]; golden_input.py explains it. */
export function makeMagnitudes(frames, bins) {
  const lobe = [6, 4, 1];
  const values = new Float32Array(frames * bins * 2); // holds these integers exactly
  let state = 1;
  const draw = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 16;
  };
  const sounding = frames - Math.floor(frames / 8);
  let next = 0;
  for (let t = 0; t < sounding; t++) {
    for (let f = 0; f < bins; f++) {
      for (let c = 0; c < 2; c++) {
        const v = draw() >>> 4;
        values[next++] = Math.floor((((v * v) >>> 12) * 64) / (f + 16));
      }
    }
  }
  for (let start = 0; start < sounding; start += 16) {
    const fundamental = 5 + (draw() % 40);
    const loudness = 2000 + (draw() % 30000);
    const pan = draw() % 5;
    for (let t = start; t < Math.min(start + 24, sounding); t++) {
      for (let k = 1; k <= 12; k++) {
        const vibrato = (t - start) % 8 >= 4 ? Math.floor(k / 6) : 0;
        const centre = k * fundamental + vibrato;
        for (let f = Math.max(centre - 2, 0); f < Math.min(centre + 3, bins); f++) {
          const peak = Math.floor((Math.floor(loudness / k) * lobe[Math.abs(f - centre)]) / 6);
          const at = (t * bins + f) * 2;
          values[at] += Math.floor((peak * (4 - pan)) / 4);
          values[at + 1] += Math.floor((peak * pan) / 4);
        }
      }
    }
  }
  return values.map((value) => value / 64);
}

/** The music clip, planar: two Float32Arrays at 44 100 Hz. */
export function readClip() {
  const samples = readGolden("clip/clip.i16", Int16Array);
  return [0, 1].map((c) =>
    Float32Array.from({ length: samples.length / 2 }, (_, i) => samples[2 * i + c] / 32768),
  );
}

/** The clip repeated with other gains and swapped channels: longer than one chunk. */
export function makeSong() {
  const { clipFrames, songParts, cases } = JSON.parse(
    readFileSync(new URL("spleeter-2stems/index.json", import.meta.url), "utf8"),
  ).pipeline;
  const { frames } = cases.find((entry) => entry.name === "song");
  const clip = readClip();
  return [0, 1].map((c) =>
    Float32Array.from({ length: frames }, (_, i) => {
      const { gain, swapChannels } = songParts[Math.floor(i / clipFrames)];
      return gain * clip[swapChannels ? 1 - c : c][i % clipFrames];
    }),
  );
}
