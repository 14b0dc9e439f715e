// The command line when it is stopped, or when the disk is: nothing half written stays behind.
import { execFileSync, spawnSync } from "node:child_process";
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  truncateSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { tinyModel } from "../../suite/tiny_model.js";
import { chirp } from "../fixtures/signals.mjs";
import { cli, cliPath, filesIn, type Running, startCli } from "./process.js";
import { fixturePath, temporaryFolder, wav, write } from "./support.js";

const folder = temporaryFolder();
const tiny = write(folder, "tiny.safetensors", tinyModel());
const song = write(folder, "song.wav", wav([chirp(0), chirp(1)]));
let runs = 0;
const freshOut = () => join(folder, `out${++runs}`);

/** An hour of silence that takes no room on the disk: the end of the file is a hole. */
function longSong(): string {
  const bytes = 2 * 2 * 44100 * 3600;
  const path = write(folder, "long.wav", wav([[0], [0]], { dataSize: bytes }));
  truncateSync(path, bytes);
  return path;
}

const options = (out: string) => ["--model", tiny, "--out", out, "--stems", "vocals"];

/** Waits until stems are being written. */
async function writing(running: Running, out: string): Promise<void> {
  let ended = false;
  void running.finished.then(() => {
    ended = true;
  });
  while (!filesIn(out).some((path) => path.endsWith(".part"))) {
    if (ended) throw new Error(`ended too early: ${(await running.finished).stderr}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

describe("signals", () => {
  test.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
    ["SIGHUP", 129],
  ] as const)("%s: exit code %i, finished files stay, nothing else", async (signal, exitCode) => {
    const out = freshOut();
    const running = startCli(["separate", song, longSong(), "--json", ...options(out)], folder);
    await writing(running, join(out, "long"));
    running.process.kill(signal);
    const { code, stdout } = await running.finished;
    expect(code).toBe(exitCode);
    expect(filesIn(out)).toEqual(["song/vocals.wav"]);
    expect(existsSync(join(out, "long"))).toBe(false);
    const { files } = JSON.parse(stdout) as { files: { done: boolean; error?: object }[] };
    expect(files.map(({ done }) => done)).toEqual([true, false]);
    expect(files[1]?.error).toMatchObject({ code: "interrupted" });
  });

  test("Ctrl-C also while a pipe has nothing to give", async () => {
    const pipe = join(folder, "silent.pipe");
    execFileSync("mkfifo", [pipe]);
    const out = freshOut();
    const running = startCli(["separate", pipe, ...options(out)], folder);
    const end = openSync(pipe, "w"); // returns when the other end is open
    onTestFinished(() => closeSync(end));
    writeSync(end, wav([chirp(0)]));
    running.process.kill("SIGINT");
    const { code, signal } = await running.finished;
    expect([130, "SIGINT"]).toContain(code ?? signal); // shells show both as 130
    expect(filesIn(out)).toEqual([]);
  });

  test("Ctrl-C while a pipe is slow to give more: what was written goes", async () => {
    const pipe = join(folder, "slow.pipe");
    execFileSync("mkfifo", [pipe]);
    const out = freshOut();
    const running = startCli(["separate", pipe, ...options(out)], folder);
    const end = openSync(pipe, "w");
    onTestFinished(() => closeSync(end));
    writeSync(end, wav([new Float32Array(200_000)], { dataSize: 0xffffffff }));
    await writing(running, out);
    running.process.kill("SIGINT");
    const { code, signal } = await running.finished;
    expect([130, "SIGINT"]).toContain(code ?? signal); // shells show both as 130
    expect(existsSync(out)).toBe(false);
  });
});

test("a pipe is read like a file, to its end", async () => {
  const pipe = join(folder, "whole.pipe");
  execFileSync("mkfifo", [pipe]);
  const out = freshOut();
  const running = startCli(["separate", pipe, "--json", ...options(out)], folder);
  const end = openSync(pipe, "w");
  writeSync(end, readFileSync(fixturePath("stereo.mp3")));
  closeSync(end);
  const { code, stdout } = await running.finished;
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ files: [{ frames: 22050, format: "mp3" }] });
});

describe("no space left", () => {
  test("a limit on the size of files", async () => {
    const out = freshOut();
    // bash counts in KiB; the shell's children inherit the limit.
    const limited = ["bash", "-c", 'ulimit -f 40; exec "$@"', "bash"];
    const { code, stdout } = await cli(
      ["separate", song, "--json", ...options(out)],
      folder,
      limited,
    );
    expect(code).toBe(1);
    const { files } = JSON.parse(stdout) as { files: { error: object }[] };
    expect(files[0]?.error).toMatchObject({
      code: "file-too-large",
      message: expect.stringContaining(join(out, "song", "vocals.wav")) as unknown,
    });
    expect(filesIn(out)).toEqual([]);
  });

  test.each(["wav", "flac"])("a full disk, writing %s", async (format) => {
    const out = freshOut();
    mkdirSync(out);
    // Needs root; elsewhere the limit above has to do.
    const mounted = spawnSync("mount", ["-t", "tmpfs", "-o", "size=24k", "tmpfs", out]);
    if (mounted.status !== 0) return;
    onTestFinished(() => void spawnSync("umount", [out]));
    const args = ["separate", song, ...options(out), "--format", format];
    const { code, stdout, stderr } = await cli(args, folder);
    expect(code).toBe(1);
    expect(stdout).toBe("");
    expect(stderr).toContain(`${join(out, "song", `vocals.${format}`)}: no space left on the disk`);
    expect(filesIn(out)).toEqual([]);
    expect(existsSync(join(out, "song"))).toBe(false);
  });
});

test("on a terminal there is a bar with speed and time left; standard output stays clean", () => {
  const out = freshOut();
  const document = join(folder, "document.json");
  const command = [process.execPath, cliPath, "separate", song, "--json", ...options(out)];
  // util-linux's script gives a program a terminal of its own.
  const line = `${command.map((word) => `'${word}'`).join(" ")} > '${document}'`;
  const { status, stdout } = spawnSync("script", ["-qec", line, "/dev/null"], { encoding: "utf8" });
  expect(status).toBe(0);
  expect(stdout).toMatch(/song\.wav \[=+-*\] \d+% [\d.]+ x real time, \d+:\d\d left/);
  expect(JSON.parse(readFileSync(document, "utf8"))).toMatchObject({ files: [{ done: true }] });
});
