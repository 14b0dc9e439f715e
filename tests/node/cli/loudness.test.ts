// `divisi loudness`, as a process.

import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { cli } from "./process.js";
import { fixturePath, temporaryFolder, wav, write } from "./support.js";

const folder = temporaryFolder();
const sample = fileURLToPath(new URL("../../../sample/song.ogg", import.meta.url));
const rate = 48000;

/** 3 s of 1000 Hz: -23 dBFS in two channels is -23 LUFS. */
const tone = Float32Array.from(
  { length: 3 * rate },
  (_, i) => 10 ** (-23 / 20) * Math.sin((2 * Math.PI * 1000 * i) / rate),
);
write(folder, "tone.wav", wav([tone, tone], { sampleRate: rate, bits: 24 }));
write(folder, "silence.wav", wav([new Float32Array(rate)], { sampleRate: rate }));
write(folder, "words.wav", Buffer.from("some words"));

interface Document {
  readonly command: string;
  readonly files: {
    file: string;
    done: boolean;
    frames: number;
    loudness: Record<string, number | null>;
    error?: { code: string; message: string };
  }[];
  readonly error?: { code: string; message: string };
}

async function loudnessJson(args: readonly string[]) {
  const result = await cli(["loudness", "--json", ...args], folder);
  return { ...result, document: JSON.parse(result.stdout) as Document };
}

describe("the table", () => {
  test("has a row for each file; what fails is told on standard error", async () => {
    const { code, stdout, stderr } = await cli(
      ["loudness", "tone.wav", "words.wav", "silence.wav"],
      folder,
    );
    expect(code).toBe(1);
    expect(stdout.split("\n")).toEqual([
      " integrated        range   short-term    momentary    true peak  file",
      expect.stringMatching(
        /^ -2[23]\.\d LUFS {7}0\.0 LU {3}-23\.0 LUFS .* -23\.0 dBTP {2}tone\.wav$/,
      ),
      "     silent       0.0 LU       silent       silent       silent  silence.wav",
      "",
    ]);
    expect(stderr).toMatch(/words\.wav: is not audio/);
  });
});

describe("the document", () => {
  test("has every number, and null for silence", async () => {
    const { code, document } = await loudnessJson(["tone.wav", "silence.wav"]);
    expect(code).toBe(0);
    expect(document.command).toBe("loudness");
    const [loud, silent] = document.files;
    expect(loud).toMatchObject({ file: "tone.wav", done: true, frames: 3 * rate });
    for (const name of ["integrated", "maxMomentary", "maxShortTerm", "truePeak", "samplePeak"]) {
      expect(Math.abs((loud?.loudness[name] ?? 0) + 23), name).toBeLessThan(0.1);
      expect(silent?.loudness[name], name).toBeNull();
    }
    expect(loud?.loudness.range).toBe(0);
  });

  test("a song has the loudness that ffmpeg and pyloudnorm give it", async () => {
    const { document } = await loudnessJson([sample]);
    // ffmpeg 5.1.9 -af ebur128: I -11.2 LUFS, LRA 1.7 LU; pyloudnorm 0.2.0: -11.176 LUFS.
    const { integrated, range } = document.files[0]?.loudness ?? {};
    expect(Math.abs((integrated ?? 0) + 11.176)).toBeLessThan(0.1);
    expect(Math.abs((range ?? 0) - 1.7)).toBeLessThan(1);
  });

  test("a file that fails says why, and the others are measured", async () => {
    const { code, document } = await loudnessJson(["none.wav", "tone.wav"]);
    expect(code).toBe(1);
    expect(document.files.map(({ done }) => done)).toEqual([false, true]);
    expect(document.files[0]?.error?.message).toContain("none.wav");
  });
});

test("surround files are read in the order that they say", async () => {
  const { document } = await loudnessJson([
    fixturePath("surround.flac"),
    fixturePath("surround.opus"),
  ]);
  const [flac, opus] = document.files.map(({ loudness }) => loudness.integrated ?? 0);
  expect(Math.abs((flac ?? 0) - (opus ?? 0))).toBeLessThan(0.5);
});

test.each([
  [[], "loudness: no FILE given"],
  [["--csv", "tone.wav"], "--csv"],
  [[""], "a FILE is an empty string"],
])("loudness %j is wrong use", async (args, words) => {
  const { code, stderr, stdout } = await cli(["loudness", ...args], folder);
  expect(code).toBe(2);
  expect(stdout).toBe("");
  expect(stderr).toContain(words);
});
