// The real HTDemucs, whose weights are not in this repository: `npm run test:htdemucs` runs this
// where its user has imported it.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { Separator } from "divisi";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { htdemucsFiles } from "../../scripts/lib/htdemucs.mjs";
import { inRoot } from "../../scripts/lib/paths.mjs";
import { python } from "../../scripts/setup/python.mjs";
import { readAudio } from "../bench/quality/mixes.js";
import { type Audio, largestResidual, sdr } from "../bench/quality/scoring.js";
import { makeNetworkInput } from "./network_input.js";

const { DIVISI_HTDEMUCS: folder, DIVISI_MIXES: mixes } = process.env;
const files = htdemucsFiles(folder ?? "");
const sampleRate = 44100;

describe.skipIf(folder === undefined)("HTDemucs", () => {
  let separator: Separator;
  let song: Audio;

  beforeAll(async () => {
    separator = await Separator.create({ model: readFileSync(files.f16) });
    ({ audio: song } = await readAudio(inRoot("sample/song.ogg")));
  });
  afterAll(() => separator?.close());

  test("computes what onnxruntime computes, on music: 60 dB", async () => {
    const input = join(await makeNetworkInput(), "input.npz");
    const out = mkdtempSync(join(tmpdir(), "divisi-htdemucs-"));
    try {
      const recipe = ["--recipe", "htdemucs", "--input", input];
      const { stdout, stderr } = spawnSync(
        python,
        ["-m", "divisi_importer", files.onnx, ...recipe, "-o", join(out, "model.safetensors")],
        { encoding: "utf8", env: { ...process.env, PYTHONPATH: inRoot("models") } },
      );
      const ratios = [...stdout.matchAll(/^ {2}\S+: .* ([\d.]+) dB$/gm)].map(([, dB]) =>
        Number(dB),
      );
      // Of each of two outputs, with the weights as they were, and as they are stored if that differs.
      expect([2, 4], stdout + stderr).toContain(ratios.length);
      expect(Math.min(...ratios), stdout).toBeGreaterThanOrEqual(60);
    } finally {
      rmSync(out, { recursive: true, force: true });
    }
  });

  test("gives stems that add up to the mix", async () => {
    const { stems } = await separator.separate({ sampleRate, channels: song });
    expect(Object.keys(stems).sort()).toEqual(["bass", "drums", "other", "vocals"]);
    // Each of four sums rounds to float32: some 1e-7 of full scale.
    expect(largestResidual(song, Object.values(stems))).toBeLessThan(2e-6);
  });

  test("gives the same whether a song comes as a whole or in pieces", async () => {
    // Two segments and a part: 14 s.
    const channels = song.map((samples) => samples.subarray(0, 14 * sampleRate));
    const { stems } = await separator.separate({ sampleRate, channels });
    const frames = channels[0]?.length ?? 0;
    let compared = 0;
    const blocks = pieces(channels, [1, 4097, 60_000, 300_001]);
    for await (const block of separator.stream({ sampleRate, channelCount: 2, blocks })) {
      const { startFrame, frameCount } = block;
      for (const [name, parts] of Object.entries(block.stems)) {
        parts.forEach((part, c) => {
          const whole = stems[name]?.[c]?.subarray(startFrame, startFrame + frameCount);
          if (!equal(part, whole)) throw new Error(`${name} differs from frame ${startFrame} on`);
        });
      }
      compared += frameCount;
    }
    expect(compared).toBe(frames);
  });

  for (const { name, stored } of mixes === undefined ? [] : readManifest(mixes)) {
    const known = stored.filter((stem) => ["drums", "bass", "other", "vocals"].includes(stem));
    test.skipIf(known.length === 0)(`takes ${name} apart: ${known.join(", ")}`, async () => {
      const read = async (file: string) =>
        (await readAudio(join(mixFolder(mixes ?? ""), name, `${file}.flac`))).audio;
      const mix = await read("mixture");
      const { stems } = await separator.separate({ sampleRate, channels: mix });
      for (const stem of known) {
        const truth = await read(stem);
        const got = sdr(truth, stems[stem] ?? [], sampleRate);
        if (Number.isNaN(got)) continue; // silent throughout
        console.log(`${name}, ${stem}: SDR ${got.toFixed(2)} dB`);
        // The least that can be asked of an estimate: that it is nearer to the stem than the mix.
        expect(got, stem).toBeGreaterThan(sdr(truth, mix, sampleRate) + 1);
      }
    });
  }
});

function mixFolder(path: string): string {
  return resolve(process.env.INIT_CWD ?? process.cwd(), path);
}

function readManifest(path: string): { name: string; stored: string[] }[] {
  return JSON.parse(readFileSync(join(mixFolder(path), "manifest.json"), "utf8"));
}

const equal = (a: Float32Array, b: Float32Array | undefined) =>
  a.length === b?.length && a.every((value, i) => value === b[i]);

/** The song in pieces of these lengths, again and again. */
function* pieces(channels: Audio, lengths: readonly number[]): Generator<Float32Array[]> {
  const frames = channels[0]?.length ?? 0;
  for (let at = 0, i = 0; at < frames; i++) {
    const length = lengths[i % lengths.length] as number;
    yield channels.map((samples) => samples.slice(at, at + length));
    at += length;
  }
}
