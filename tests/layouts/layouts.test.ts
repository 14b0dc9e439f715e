// Other separators' networks at their full published sizes, with random weights: `npm run
// test:layouts` runs this where make_networks.py has made their ONNX files.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Separator } from "divisi";
import { describe, expect, test } from "vitest";
import { layoutNames } from "../../scripts/lib/layouts.mjs";
import { inRoot } from "../../scripts/lib/paths.mjs";
import { python } from "../../scripts/setup/python.mjs";
import { readAudio } from "../bench/quality/mixes.js";
import { type Audio, largestResidual } from "../bench/quality/scoring.js";

const { DIVISI_LAYOUTS: folder = "" } = process.env;
const sampleRate = 44100;

for (const name of layoutNames) {
  const onnx = join(folder, `${name}.onnx`);
  const model = join(folder, `${name}.safetensors`);
  describe.skipIf(folder === "" || !existsSync(onnx))(name, () => {
    test("computes what onnxruntime computes, on music: 60 dB", () => {
      const given = ["--recipe", name, "--input", join(folder, `${name}.input.npz`), "-o", model];
      const { stdout, stderr } = spawnSync(python, ["-m", "divisi_importer", onnx, ...given], {
        encoding: "utf8",
        env: { ...process.env, PYTHONPATH: inRoot("models") },
      });
      const [, exact = ""] = stdout.split("weights exact");
      const [ownWeights = ""] = exact.split("weights in");
      const ratios = [...ownWeights.matchAll(/^ {2}\S+: .* ([\d.]+) dB$/gm)];
      console.log(`${name}\n${stdout}`);
      expect(ratios.length, stdout + stderr).toBeGreaterThan(0);
      for (const [line, dB] of ratios) expect(Number(dB), line).toBeGreaterThanOrEqual(60);
    });

    test("gives stems that add up to the mix", async () => {
      const { audio: song } = await readAudio(inRoot("sample/song.ogg"));
      const separator = await Separator.create({ model: readFileSync(model), workers: 1 });
      try {
        const before = process.cpuUsage();
        const { stems } = await separator.separate({ sampleRate, channels: song });
        const { user, system } = process.cpuUsage(before);
        const { variant, wasmMemoryBytes } = await separator.inspect();
        const seconds = (user + system) / 1e6 / ((song[0]?.length ?? 0) / sampleRate);
        console.log(
          `${name}: ${seconds.toFixed(2)} s of processor time a second of music, ` +
            `${(wasmMemoryBytes / 1e6).toFixed(0)} MB of Wasm memory (${variant})`,
        );
        expect(Object.keys(stems).sort()).toEqual([...separator.stems].sort());
        // Each sum rounds to float32: some 1e-7 of full scale. A NaN is more than that, too.
        expect(largestResidual(song, Object.values(stems))).toBeLessThan(3e-6);
        for (const [stem, channels] of Object.entries(stems))
          expect(energy(channels), stem).not.toBe(0);
      } finally {
        separator.close();
      }
    });
  });
}

function energy(audio: Audio): number {
  return audio.reduce((sum, samples) => samples.reduce((part, x) => part + x * x, sum), 0);
}
