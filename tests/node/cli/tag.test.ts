// `divisi tag`, as a process, with the real models: they are small.

import { execFileSync, spawnSync } from "node:child_process";
import { closeSync, openSync, readFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, onTestFinished, test } from "vitest";
import { models } from "../../../js/dist/node.js";
import { tinyModel } from "../../suite/tiny_model.js";
import { chirp } from "../fixtures/signals.mjs";
import { cli, cliPath, startCli } from "./process.js";
import { fixturePath, temporaryFolder, wav, write } from "./support.js";

const folder = temporaryFolder();
const sample = fileURLToPath(new URL("../../../sample/song.ogg", import.meta.url));
const tiny = write(folder, "tiny.safetensors", tinyModel());
const short = write(folder, "short.wav", wav([chirp(0), chirp(1)]));
const words = write(folder, "words.wav", Buffer.from("some words"));
const labels = models.find(({ name }) => name === "musicnn-mtt")?.labels ?? [];

interface Tag {
  readonly name: string;
  readonly kind: string;
  readonly score: number;
  readonly z: number;
  readonly rank: number;
}

interface Document {
  readonly command: string;
  readonly model: string;
  readonly files: {
    file: string;
    done: boolean;
    format: string;
    frames: number;
    speed: number;
    padded: boolean;
    tags: Tag[];
    warnings: string[];
    error?: { code: string; message: string };
  }[];
  readonly error?: { code: string; message: string };
}

async function tagJson(args: readonly string[]) {
  const result = await cli(["tag", "--json", ...args], folder);
  return { ...result, document: JSON.parse(result.stdout) as Document };
}

/** The rows of a CSV text, by the rules of RFC 4180 and no others. */
function parseCsv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  const field = /("(?:[^"]|"")*"|[^",\r\n]*)(,|\r\n)/y;
  while (field.lastIndex < text.length) {
    const [, value = "", end] = field.exec(text) ?? expect.fail(`not CSV: ${text}`);
    row.push(value.startsWith('"') ? value.slice(1, -1).replaceAll('""', '"') : value);
    if (end === ",") continue;
    rows.push(row);
    row = [];
  }
  return rows;
}

describe("the table", () => {
  test("heading, then the best tags with kind, score and z; no bars in a pipe", async () => {
    const { code, stdout, stderr } = await cli(["tag", sample, "--top", "5"], folder);
    expect(stderr).toBe("");
    expect(code).toBe(0);
    const [heading, titles, ...rows] = stdout.trimEnd().split("\n");
    expect(heading).toMatch(/song\.ogg: 0:30 of vorbis, 44100 Hz, 2 channels, in [\d.]+ s/);
    expect(titles).toMatch(/^ {2}tag +kind +score +z$/);
    expect(rows.length).toBe(5);
    const scores = rows.map((line) => {
      const [, name, kind, score] =
        /^ {2}(\S.*?) {2,}(\w+) +(0\.\d\d) +[+-]\d+\.\d$/.exec(line) ?? expect.fail(line);
      expect(labels).toContainEqual({ name, kind });
      return Number(score);
    });
    expect(scores).toEqual([...scores].sort((a, b) => b - a));
  });

  test("ten tags by default, and a bar for each on a terminal", () => {
    const line = `stty cols 80; ${[process.execPath, cliPath, "tag", sample].join(" ")}`;
    // util-linux's script gives a program a terminal of its own.
    const run = spawnSync("script", ["-qec", line, "/dev/null"], { encoding: "utf8" });
    expect(run.status).toBe(0);
    const rows = run.stdout.split("\r\n").filter((row) => /[+-]\d+\.\d /.test(row));
    expect(rows.length).toBe(10);
    expect(rows[0]).toContain("██");
    expect(run.stdout).toMatch(/song\.ogg \[[=-]+\] \d+%/);
    for (const row of rows) expect(row.length).toBeLessThan(80);
    // A bar is as long as its score says.
    const bars = rows.map((row) => [...row].filter((sign) => /[█-▏]/.test(sign)).length);
    expect(bars).toEqual([...bars].sort((a, b) => b - a));
  });
});

describe("--json", () => {
  test("one document with every tag of every file", async () => {
    const mp3 = fixturePath("stereo.mp3");
    const { code, stderr, document } = await tagJson([sample, mp3]);
    expect(stderr).toBe("");
    expect(code).toBe(0);
    expect(document).toMatchObject({ version: 1, command: "tag", model: "musicnn-mtt" });
    const [song, chirps] = document.files;
    expect(song).toMatchObject({
      file: sample,
      done: true,
      format: "vorbis",
      frames: 1_323_000,
      padded: false,
      warnings: [],
    });
    expect(chirps).toMatchObject({ file: mp3, done: true, format: "mp3" });
    for (const file of document.files) {
      expect(file.speed).toBeGreaterThan(0);
      const known = labels.map(({ name }) => name).sort();
      expect(file.tags.map(({ name }) => name).sort()).toEqual(known);
      const scores = file.tags.map(({ score }) => score);
      expect(scores).toEqual([...scores].sort((a, b) => b - a));
      for (const { name, kind, score, z } of file.tags) {
        expect(labels).toContainEqual({ name, kind });
        expect(score).toBeGreaterThanOrEqual(0);
        expect(score).toBeLessThanOrEqual(1);
        expect(Number.isFinite(z)).toBe(true);
      }
    }
  });

  test("--top cuts the list; another model has other words", async () => {
    const { document } = await tagJson([sample, "--top", "3", "--model", "musicnn-msd"]);
    expect(document.model).toBe("musicnn-msd");
    expect(document.files[0]?.tags.length).toBe(3);
    const known = models.find(({ name }) => name === "musicnn-msd")?.labels ?? [];
    for (const { name, kind } of document.files[0]?.tags ?? []) {
      expect(known).toContainEqual({ name, kind });
    }
  });

  test("the sample song's tags are those that the original network gives it", async () => {
    // The ten best by tests/golden/musicnn_reference.py: a woman sings over an electronic band.
    const original = [
      "female",
      "pop",
      "guitar",
      "electronic",
      "woman",
      "synth",
      "female vocal",
      "techno",
      "vocal",
      "piano",
    ];
    const { document } = await tagJson([sample]);
    const names = document.files[0]?.tags.map(({ name }) => name) ?? [];
    for (const [rank, name] of original.entries()) {
      // Scores lie 0.01 apart there, and another resampler moves them by as much: 2 places.
      expect(Math.abs(names.indexOf(name) - rank), name).toBeLessThanOrEqual(2);
    }
  });

  test("a clip shorter than the model's 3 s says so", async () => {
    const { code, document } = await tagJson([short]);
    expect(code).toBe(0);
    expect(document.files[0]).toMatchObject({ done: true, padded: true });
    expect(document.files[0]?.tags.length).toBe(labels.length);
    expect(document.files[0]?.warnings.join()).toMatch(/^0\.50 s of audio, less than the 2\.99 s/);
    const table = await cli(["tag", short], folder);
    expect(table.stderr).toMatch(/^divisi: warning: .*short\.wav: .*silence/);
  });
});

describe("--csv", () => {
  test("one row a file with the score of every label, quoted by RFC 4180", async () => {
    const odd = write(folder, 'a "live", one\n.wav', readFileSync(short));
    const { code, stdout } = await cli(["tag", "--csv", sample, odd], folder);
    expect(code).toBe(0);
    const [titles, ...rows] = parseCsv(stdout);
    expect(titles).toEqual(["file", ...labels.map(({ name }) => name)]);
    expect(rows.map(([file]) => file)).toEqual([sample, odd]);
    expect(stdout).toContain('"a ""live"", one\n.wav",0.'.slice(1));
    const { document } = await tagJson([sample]);
    for (const [index, { name }] of labels.entries()) {
      const tag = document.files[0]?.tags.find((each) => each.name === name);
      // Six digits are printed; two runs of one program on one file agree entirely.
      expect(Number(rows[0]?.[index + 1])).toBeCloseTo(tag?.score ?? Number.NaN, 5);
    }
  });

  test("a file that fails has no row, and the others have theirs", async () => {
    const { code, stdout, stderr } = await cli(["tag", "--csv", words, short], folder);
    expect(code).toBe(1);
    expect(parseCsv(stdout).map(([file]) => file)).toEqual(["file", short]);
    expect(stderr).toContain(`${words}: is not audio`);
  });
});

describe("one bad file doesn't stop the others", () => {
  test("each with its reason, exit code 1", async () => {
    const nan = chirp(0);
    nan[1234] = Number.NaN;
    const bad = write(folder, "nan.wav", wav([nan], { bits: 32, float: true }));
    const missing = join(folder, "missing.wav");
    const { code, stderr, document } = await tagJson([words, bad, missing, folder, short]);
    expect(code).toBe(1);
    expect(stderr).toBe("");
    expect(document.files.map(({ done }) => done)).toEqual([false, false, false, false, true]);
    expect(document.files.map(({ error }) => error?.code)).toEqual([
      "bad-audio",
      "bad-audio",
      "file-not-found",
      "is-a-directory",
      undefined,
    ]);
    expect(document.files[1]?.error?.message).toMatch(/nan\.wav.*1234/);
    const table = await cli(["tag", words, short], folder);
    expect(table.code).toBe(1);
    expect(table.stderr).toContain(`${words}: is not audio`);
    expect(table.stdout).toContain("short.wav: 0:01 of wav");
  });

  test("Ctrl-C ends it in the middle of a file, and what is done has been printed", async () => {
    const pipe = join(folder, "silent.pipe");
    execFileSync("mkfifo", [pipe]);
    const running = startCli(["tag", short, pipe, short], folder);
    const end = openSync(pipe, "w"); // returns when the first file is done and the pipe is open
    onTestFinished(() => closeSync(end));
    // It says that it is long, and then says nothing more.
    writeSync(end, wav([chirp(0)], { dataSize: 2 ** 30 }));
    running.process.kill("SIGINT");
    const { code, signal, stdout } = await running.finished;
    expect([130, "SIGINT"]).toContain(code ?? signal); // shells show both as 130
    expect(stdout.match(/short\.wav: /g)?.length).toBe(1);
  });
});

describe("wrong use: exit code 2 and what would be right", () => {
  test.each<[string[], RegExp]>([
    [["tag", short, "--model", "musicnn-xyz"], /no model "musicnn-xyz".*musicnn-mtt/],
    [
      ["tag", short, "--model", "spleeter-2stems"],
      /"spleeter-2stems": is a separation model, which "divisi separate" runs/,
    ],
    [["tag", short, "--model", tiny], /tiny\.safetensors": is a separation model/],
    [
      ["separate", short, "--model", "musicnn-mtt"],
      /"musicnn-mtt": is a tagging model, which "divisi tag" runs/,
    ],
    [["tag"], /tag: no FILE given/],
    [["tag", short, "--top", "0"], /--top "0": must be a whole number from 1/],
  ])("%j", async (args, message) => {
    const { code, stdout, stderr } = await cli(args, folder);
    expect(code).toBe(2);
    expect(stdout).toBe("");
    expect(stderr).toMatch(message);
    const json = await cli([...args, "--json"], folder);
    expect(json.code).toBe(2);
    expect((JSON.parse(json.stdout) as Document).error?.message).toMatch(message);
  });

  test("a file that is no model is named with what is wrong", async () => {
    const { code, stdout, stderr } = await cli(["tag", short, "--model", words], folder);
    expect(code).toBe(1);
    expect(stdout).toBe("");
    expect(stderr).toContain(words);
  });
});

test("divisi models and info tell a tagging model's labels by kind", async () => {
  const list = await cli(["models"], folder);
  expect(list.stdout).toMatch(
    /^musicnn-mtt .*: tagging with 50 labels \(\d+ \w+(, \d+ \w+)+\); ISC, 1\.\d MB \(f32\)$/m,
  );
  const { code, stdout } = await cli(["info", "musicnn-mtt"], folder);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^task +tagging$/m);
  expect(stdout).toMatch(/^labels +50$/m);
  expect(stdout).toMatch(/^labels: tempo +slow, fast$/m);
  for (const kind of new Set(labels.map((label) => label.kind))) {
    const names = labels.filter((label) => label.kind === kind).map(({ name }) => name);
    expect(stdout).toMatch(new RegExp(`^labels: ${kind} +${names.join(", ")}$`, "m"));
  }
  expect(stdout).toMatch(/^sample rate +16000 Hz$/m);
});
