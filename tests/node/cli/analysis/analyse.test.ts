// `divisi analyse`, as a process, and the files of labels that it writes; those of JAMS and MIDI have
// tests of their own.

import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { labelFiles } from "../../../../js/src/analysis/formats/labels.js";
import { cli } from "../process.js";
import { temporaryFolder, wav, write } from "../support.js";

const folder = temporaryFolder();
const rate = 22050;

/** Clicks at 120 a minute, every fourth one low. */
const clicks = Float32Array.from({ length: 16 * rate }, (_, n) => {
  const beat = Math.floor(n / (rate / 2));
  const t = (n % (rate / 2)) / rate;
  const hz = beat % 4 === 0 ? 60 : 220;
  const sweep = hz * (1 + 2 * Math.exp(-60 * t));
  return 0.6 * Math.exp(-25 * t) * Math.sin(2 * Math.PI * sweep * t);
});
write(folder, "clicks.wav", wav([clicks], { sampleRate: rate }));
write(folder, "silence.wav", wav([new Float32Array(rate)], { sampleRate: rate }));
write(folder, "words.wav", Buffer.from("some words"));

interface Document {
  readonly command: string;
  readonly parts: string[];
  readonly files: {
    file: string;
    done: boolean;
    beats?: { beats: { seconds: number; number: number }[]; tempo?: number; beatsPerBar: number };
    loudness?: { integrated: number | null };
    sections?: {
      sections: { startSeconds: number; endSeconds: number; voiceShare?: number }[];
    };
    paths?: string[];
    error?: { message: string };
  }[];
  readonly error?: { code: string; message: string };
}

async function analyseJson(args: readonly string[]) {
  const result = await cli(["analyse", "--json", ...args], folder);
  return { ...result, document: JSON.parse(result.stdout) as Document };
}

describe("what is printed", () => {
  test("has a line for each part of each file; what fails is told on standard error", async () => {
    const { code, stdout, stderr } = await cli(
      ["analyse", "clicks.wav", "words.wav", "silence.wav"],
      folder,
    );
    expect(code).toBe(1);
    expect(stdout.split("\n")).toEqual([
      expect.stringMatching(/^clicks\.wav: 0:16 of wav, 22050 Hz, 1 channel, in /),
      expect.stringMatching(/^ {2}beats {5}\d+ at (119|120|121)\.\d a minute \(\d+ %\), \d a bar/),
      expect.stringMatching(/^ {2}key {7}[A-G]#? (major|minor) \(\d+ %\).*; tuned [+-]?\d+ cents$/),
      expect.stringMatching(/^ {2}chords {4}\S/),
      expect.stringMatching(/^ {2}sections {2}A \S*0:00/),
      expect.stringMatching(/^ {2}loudness {2}-\d+\.\d LUFS$/),
      expect.stringMatching(/^silence\.wav: /),
      "  beats     none",
      "  key       none",
      "  chords    none",
      "  sections  none",
      "  loudness  silent",
      "",
    ]);
    expect(stderr).toMatch(/words\.wav: is not audio/);
  });
});

describe("the document", () => {
  test("has the parts that were asked for", async () => {
    const { code, document } = await analyseJson(["--parts", "beats", "clicks.wav"]);
    expect(code).toBe(0);
    expect(document).toMatchObject({ command: "analyse", parts: ["beats"] });
    const [file] = document.files;
    expect(file).toMatchObject({ file: "clicks.wav", done: true });
    expect(Math.abs((file?.beats?.tempo ?? 0) - 120)).toBeLessThan(1);
    expect(file?.loudness).toBeUndefined();
    expect(file?.paths).toBeUndefined();
  });

  test("--format json is the same", async () => {
    const { stdout } = await cli(["analyse", "--format", "json", "silence.wav"], folder);
    const { files } = JSON.parse(stdout) as Document;
    expect(files[0]?.loudness?.integrated).toBeNull();
    expect(files[0]?.beats?.beats).toEqual([]);
  });
});

describe("files", () => {
  const beats = {
    beats: [
      { seconds: 0.5, number: 1, tempo: 120, confidence: 0.75, energyDb: -12.5 },
      { seconds: 1, number: 2, tempo: 120, confidence: 1, energyDb: -120 },
    ],
    tempo: 120,
    tempoConfidence: 1,
    beatsPerBar: 4,
  };

  test.each([
    ["lab", "beats.lab", "0.500000\t1\n1.000000\t2\n"],
    ["audacity", "beats.txt", "0.500000\t0.500000\t1\n1.000000\t1.000000\t2\n"],
    [
      "csv",
      "beats.csv",
      "seconds,number,tempo,confidence,energyDb\r\n" +
        "0.500000,1,120.000000,0.750000,-12.500000\r\n" +
        "1.000000,2,120.000000,1.000000,-120.000000\r\n",
    ],
  ] as const)("%s has times and numbers", (format, name, text) => {
    expect(labelFiles({ durationSeconds: 2, beats }, format)).toEqual([{ name, text }]);
  });

  test("are written to DIR/NAME and told", async () => {
    const args = ["analyse", "--format", "lab", "--parts", "beats", "-o", "labels", "clicks.wav"];
    const { code, stdout } = await cli(args, folder);
    expect(code).toBe(0);
    const path = join("labels", "clicks", "beats.lab");
    expect(stdout).toContain(`  ${path}\n`);
    const lines = readFileSync(join(folder, path), "utf8").trim().split("\n");
    expect(lines.length).toBeGreaterThan(25);
    for (const line of lines) expect(line).toMatch(/^\d+\.\d{6}\t\d$/);
  });
});

describe("wrong use", () => {
  test.each([
    [["analyse"], "no FILE given"],
    [["analyse", "--parts", "tempo", "a.wav"], '--parts "tempo": must be one of beats'],
    [["analyse", "--parts", "beats,", "a.wav"], "a name is empty"],
    [["analyse", "--format", "mid", "a.wav"], '--format "mid": must be one of text, json, jams'],
    [["analyse", "-o", "x", "a.wav"], "--out: nothing is written"],
  ])("%j", async (args, message) => {
    const { code, stderr } = await cli(args, folder);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
    expect(existsSync(join(folder, "x"))).toBe(false);
  });
});

test("--stems: the voice beside a file is heard, and one that is missing fails that file alone", async () => {
  const seconds = 8;
  const voice = Float32Array.from({ length: 16 * rate }, (_, n) =>
    n < seconds * rate ? 0.3 * Math.sin(n / 10) : 0,
  );
  mkdirSync(join(folder, "stems", "clicks"), { recursive: true });
  write(join(folder, "stems", "clicks"), "vocals.wav", wav([voice], { sampleRate: rate }));
  const { code, document } = await analyseJson([
    ...["--parts", "sections", "--stems", "stems", "silence.wav", "clicks.wav"],
  ]);
  expect(code).toBe(1);
  const [silence, clicks] = document.files;
  expect(silence?.error?.message).toContain(join("stems", "silence", "vocals.wav"));
  expect(clicks?.done).toBe(true);
  let sung = 0;
  for (const section of clicks?.sections?.sections ?? []) {
    const { startSeconds, endSeconds, voiceShare = Number.NaN } = section;
    sung += voiceShare * (endSeconds - startSeconds);
  }
  expect(Math.abs(sung - seconds)).toBeLessThan(1);
});
