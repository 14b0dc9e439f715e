// `divisi transcribe`, as a process.

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseMidi } from "midi-file";
import { describe, expect, test } from "vitest";
import { cli } from "./process.js";
import { temporaryFolder, wav, write } from "./support.js";

const folder = temporaryFolder();
const rate = 22050;
const song = fileURLToPath(new URL("../../../sample/song.ogg", import.meta.url));

/** A, C#, E, one after another, half a second each. */
const tones = Float32Array.from({ length: 2 * rate }, (_, n) => {
  const pitch = [69, 73, 76, 76][Math.floor((2 * n) / rate)] ?? 0;
  const seconds = n / rate;
  const hz = 440 * 2 ** ((pitch - 69) / 12);
  const harmonics = [1, 2, 3, 4].map((k) => Math.sin(2 * Math.PI * k * hz * seconds) / k);
  return seconds < 1.5 ? 0.2 * harmonics.reduce((a, b) => a + b) : 0;
});
write(folder, "tones.wav", wav([tones], { sampleRate: rate }));
write(folder, "silence.wav", wav([new Float32Array(rate)], { sampleRate: rate }));
write(folder, "words.wav", Buffer.from("some words"));

interface Document {
  readonly command: string;
  readonly model: string;
  readonly files: {
    file: string;
    done: boolean;
    notes?: { startSeconds: number; pitch: number; velocity: number; bends: number[] }[];
    pitch?: { frameSeconds: number; hz: number[]; confidence: number[] };
    path?: string;
  }[];
}

describe("files", () => {
  test("MIDI is written to DIR/NAME and told; what fails is told on standard error", async () => {
    const args = ["transcribe", "-o", "midi", "tones.wav", "words.wav", "silence.wav"];
    const { code, stdout, stderr } = await cli(args, folder);
    expect(code).toBe(1);
    const path = join("midi", "tones", "notes.mid");
    expect(stdout.split("\n")).toEqual([
      expect.stringMatching(/^tones\.wav: 0:02 of wav, 22050 Hz, 1 channel, in /),
      expect.stringMatching(/^ {2}notes {5}\d, from A4 to E5$/),
      `  ${path}`,
      expect.stringMatching(/^silence\.wav: /),
      "  notes     none",
      `  ${join("midi", "silence", "notes.mid")}`,
      "",
    ]);
    expect(stderr).toMatch(/words\.wav: is not audio/);
    const [track = []] = parseMidi(readFileSync(join(folder, path))).tracks;
    const pitches = track.flatMap((event) => (event.type === "noteOn" ? [event.noteNumber] : []));
    expect([...new Set(pitches)]).toEqual([69, 73, 76]);
  });

  test("with bends, notes have channels of their own", async () => {
    const { code } = await cli(["transcribe", "--bends", "-o", "bends", "tones.wav"], folder);
    expect(code).toBe(0);
    const [track = []] = parseMidi(readFileSync(join(folder, "bends/tones/notes.mid"))).tracks;
    expect(track.some(({ type }) => type === "pitchBend")).toBe(true);
  });

  test("CSV", async () => {
    const args = ["transcribe", "--format", "csv", "-o", "csv", "tones.wav"];
    expect((await cli(args, folder)).code).toBe(0);
    const lines = readFileSync(join(folder, "csv/tones/notes.csv"), "utf8").trim().split("\r\n");
    expect(lines[0]).toBe("startSeconds,endSeconds,pitch,velocity,confidence");
    expect(lines[1]).toMatch(/^0\.0\d{5},0\.[45]\d{5},69,\d+,0\.\d{6}$/);
  });
});

describe("the document", () => {
  test("has the notes of the bundled song", async () => {
    const { code, stdout } = await cli(["transcribe", "--json", song], folder);
    expect(code).toBe(0);
    const document = JSON.parse(stdout) as Document;
    expect(document).toMatchObject({ command: "transcribe", model: "basic-pitch" });
    const [file] = document.files;
    expect(file?.path).toBeUndefined();
    const notes = file?.notes ?? [];
    // Thirty seconds of a band with a singer.
    expect(notes.length).toBeGreaterThan(100);
    expect(notes.length).toBeLessThan(900);
    // It is in G major: seven of the twelve pitch classes, which most of the notes are of.
    const inKey = notes.filter(({ pitch }) => [7, 9, 11, 0, 2, 4, 6].includes(pitch % 12));
    expect(inKey.length / notes.length).toBeGreaterThan(0.85);
    for (const { velocity, bends } of notes) {
      expect(velocity).toBeGreaterThanOrEqual(1);
      expect(bends.length).toBeGreaterThan(0);
    }
  });

  test.each([[["--melody"]], [["--model", "swift-f0"]]])("with %j of one voice", async (args) => {
    const { code, stdout } = await cli(["transcribe", "--json", ...args, "tones.wav"], folder);
    expect(code).toBe(0);
    const document = JSON.parse(stdout) as Document;
    expect(document.model).toBe("swift-f0");
    const [file] = document.files;
    expect(file?.notes?.map(({ pitch }) => pitch)).toEqual([69, 73, 76]);
    expect(file?.pitch?.frameSeconds).toBe(0.01);
    expect(file?.pitch?.hz).toHaveLength(199);
    // In the middle of the first tone.
    expect(1200 * Math.log2((file?.pitch?.hz[24] ?? 0) / 440)).toBeCloseTo(0, -1);
    expect(file?.pitch?.confidence[24]).toBeGreaterThan(0.5);
    expect(file?.pitch?.confidence[184]).toBe(0);
  });

  test("sensitivity and mode change it", async () => {
    const count = async (...args: string[]) => {
      const { stdout } = await cli(["transcribe", "--json", ...args, "tones.wav"], folder);
      return (JSON.parse(stdout) as Document).files[0]?.notes?.length ?? -1;
    };
    const usual = await count();
    expect(await count("--sensitivity", "1")).toBeGreaterThan(usual);
    expect(await count("--mode", "reference")).toBeGreaterThan(0);
  });
});

describe("wrong use", () => {
  test.each([
    [["transcribe"], "no FILE given"],
    [["transcribe", "--format", "mid", "a.wav"], '--format "mid": must be one of midi, csv, json'],
    [["transcribe", "--sensitivity", "2", "a.wav"], '--sensitivity "2": must be a number from 0'],
    [["transcribe", "--sensitivity", "", "a.wav"], '--sensitivity "": must be a number'],
    [["transcribe", "--format", "json", "-o", "x", "a.wav"], "--out: nothing is written"],
    [["transcribe", "--bends", "--format", "csv", "a.wav"], "--bends: only MIDI"],
    [["transcribe", "--mode", "reference", "--sensitivity", "1", "a.wav"], "has no meaning"],
    [["transcribe", "--model", "beatnet", "a.wav"], "needs a notes or melody model"],
    [["transcribe", "--melody", "--model", "basic-pitch", "a.wav"], "needs a melody model"],
    [["transcribe", "--melody", "--sensitivity", "1", "a.wav"], "no meaning with --melody"],
    [["transcribe", "--melody", "--mode", "reference", "a.wav"], "no meaning with --melody"],
    [["transcribe", "--drums", "--melody", "a.wav"], "--melody has no meaning with --drums"],
    [["transcribe", "--drums", "--bends", "a.wav"], "--bends has no meaning with --drums"],
    [["transcribe", "--drums", "--mode", "best", "a.wav"], "--mode has no meaning with --drums"],
    [["transcribe", "--drums", "--stems", "a.wav"], "--drums has no meaning with --stems"],
    [["transcribe", "--drums", "--model", "swift-f0", "a.wav"], "needs a drums model"],
    [["transcribe", "--model", "drums", "a.wav"], "needs a notes or melody model"],
  ])("%j", async (args, message) => {
    const { code, stderr } = await cli(args, folder);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
    expect(existsSync(join(folder, "x"))).toBe(false);
  });
});
