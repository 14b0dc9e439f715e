// `divisi sample`, as a process: what it writes plays the songs' own notes.

import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { noteFile } from "divisi";
import { describe, expect, test } from "vitest";
import { beat, renderDrums } from "../sampler/drums.js";
import { playSfz, playSoundFont } from "../sampler/players.js";
import { errorsInCents, melody, noteOf, render, sampleRate, shareWithin } from "../sampler/song.js";
import { cli, filesIn } from "./process.js";
import { readAll, temporaryFolder, wav, write } from "./support.js";

const folder = temporaryFolder();
const bundled = fileURLToPath(new URL("../../../sample/song.ogg", import.meta.url));
const hasFluidsynth = spawnSync("fluidsynth", ["--version"]).status === 0;

const song = melody(11, 24, 55);
const timbre = { tuning: -31, decay: 0, vibrato: 20, partials: [0.6, 0.4, 0.3, 0.2, 0.1] };
write(folder, "line.wav", wav([render(song, timbre)]));
write(folder, "drums.wav", wav([renderDrums(beat)]));
write(folder, "silence.wav", wav([new Float32Array(sampleRate)]));
write(folder, "words.wav", Buffer.from("some words"));

interface Document {
  readonly command: string;
  readonly stem?: string;
  readonly files: {
    done: boolean;
    error?: { code: string; message: string };
    heard?: number;
    kind?: string;
    tuningCents?: number;
    regions?: {
      name: string;
      startSeconds: number;
      frames: number;
      loop?: { start: number; end: number };
    }[];
    paths?: string[];
  }[];
}

describe("an instrument", () => {
  test("of each file that has clean notes; what fails is told, and leaves nothing", async () => {
    const args = ["sample", "-o", "all", "words.wav", "silence.wav", "line.wav"];
    const { code, stdout, stderr } = await cli(args, folder);
    expect(code).toBe(1);
    expect(stderr).toContain("words.wav: is not audio");
    expect(stderr).toContain("silence.wav: none of 0 notes sounds alone and clean");
    expect(stdout.split("\n")).toEqual([
      expect.stringMatching(/^line\.wav: 0:1\d of wav, 44100 Hz, 1 channel, in /),
      expect.stringMatching(/^ {2}sounds {4}\d+ of \d+ notes, \d+ looped$/),
      expect.stringMatching(/^ {2}tuning {4}-3\d cents above A = 440 Hz, made up for$/),
      `  ${join("all", "line", "line.sfz")}`,
      `  ${join("all", "line", "line.sf2")}`,
      "",
    ]);
    const files = filesIn(join(folder, "all"));
    expect(files.every((name) => name.startsWith("line"))).toBe(true);
    expect(files.filter((name) => !name.endsWith(".wav"))).toHaveLength(2);
  });

  test("plays the melody, as SFZ and as SF2", async () => {
    const { code, stdout } = await cli(["sample", "--json", "-o", "one", "line.wav"], folder);
    expect(code).toBe(0);
    const document = JSON.parse(stdout) as Document;
    expect(document.command).toBe("sample");
    const [file] = document.files;
    const [sfz = "", sf2 = ""] = file?.paths ?? [];
    const sounds = new Map<string, Float32Array>();
    for (const { name, frames } of file?.regions ?? []) {
      const read = await readAll(join(folder, "one", "line", `${name}.wav`));
      expect(read).toMatchObject({ sampleRate, frameCount: frames, warnings: [] });
      sounds.set(`${name}.wav`, read.channels[0] as Float32Array);
    }
    const text = readFileSync(join(folder, sfz), "utf8");
    const bySfz = playSfz(text, song, (name) => sounds.get(name) ?? new Float32Array(0));
    expect(shareWithin(errorsInCents(bySfz, song), 20)).toBeGreaterThanOrEqual(0.95);
    const byFont = await playSoundFont(new Uint8Array(readFileSync(join(folder, sf2))), song);
    expect(shareWithin(errorsInCents(byFont, song), 20)).toBeGreaterThanOrEqual(0.95);
  });

  // The set-up of the tests installs it.
  test.skipIf(!hasFluidsynth)("plays the melody in FluidSynth", async () => {
    expect((await cli(["sample", "-o", "two", "line.wav"], folder)).code).toBe(0);
    const font = join(folder, "two", "line", "line.sf2");
    const midi = write(folder, "line.mid", noteFile(song.map(noteOf), "midi"));
    const out = join(folder, "fluidsynth.wav");
    const rate = String(sampleRate);
    execFileSync("fluidsynth", ["-niq", "-r", rate, "-F", out, font, midi], { stdio: "pipe" });
    const [left = new Float32Array(0)] = (await readAll(out)).channels;
    expect(shareWithin(errorsInCents(left, song), 20)).toBeGreaterThanOrEqual(0.95);
  });

  test("of a stem, by its name", async () => {
    const args = ["sample", "--json", "--stem", "vocals", "-o", "stem", bundled];
    const { code, stdout } = await cli(args, folder);
    expect(code).toBe(0);
    const document = JSON.parse(stdout) as Document;
    expect(document.stem).toBe("vocals");
    const [file] = document.files;
    expect(file?.regions?.length).toBeGreaterThan(4);
    expect(file?.regions?.some(({ loop }) => loop)).toBe(true);
    const name = join("stem", "song-vocals", "song-vocals");
    expect(file?.paths).toEqual([`${name}.sfz`, `${name}.sf2`]);
  });
});

test("a kit of the drums that sound alone, where they do", async () => {
  const args = ["sample", "--json", "--drums", "-o", "kits", "drums.wav"];
  const { code, stdout } = await cli(args, folder);
  expect(code).toBe(0);
  const [file] = (JSON.parse(stdout) as Document).files;
  expect(file?.kind).toBe("drums");
  const kick = file?.regions?.find(({ name }) => name === "36-kick-1");
  const alone = beat.filter(
    ({ seconds, note }) =>
      note === 36 && beat.filter((other) => other.seconds === seconds).length === 1,
  );
  const distances = alone.map(({ seconds }) => Math.abs(seconds - (kick?.startSeconds ?? 0)));
  expect(Math.min(...distances)).toBeLessThan(0.01);
  const sfz = readFileSync(join(folder, "kits", "drums", "drums.sfz"), "utf8");
  expect(sfz).toContain("<group> loop_mode=one_shot");
  expect(sfz).toContain("sample=36-kick-1.wav lokey=36 hikey=36");
  const font = new Uint8Array(readFileSync(join(folder, "kits", "drums", "drums.sf2")));
  const heard = await playSoundFont(font, [{ pitch: 36, start: 0.1, end: 0.15 }], 9);
  expect(heard.reduce((most, each) => Math.max(most, Math.abs(each)), 0)).toBeGreaterThan(0.05);
});

describe("wrong use", () => {
  test.each([
    [["sample"], "no FILE given"],
    [["sample", "--stem", "", "a.wav"], "--stem is an empty string"],
    [["sample", "--drums", "--melody", "a.wav"], "--melody has no meaning with drums"],
    [["sample", "--separator", "htdemucs", "a.wav"], "--separator needs --stem"],
    [["sample", "--stem", "tuba", "a.wav"], '--stem "tuba": spleeter-2stems has vocals'],
    [["sample", "--stem", "vocals", "--separator", "beatnet", "a.wav"], "needs a separation model"],
  ])("%j", async (args, message) => {
    const { code, stderr } = await cli(args, folder);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
    expect(filesIn(join(folder, "out"))).toEqual([]);
  });
});
