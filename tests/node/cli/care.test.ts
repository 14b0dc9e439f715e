// What the command line takes care of: where files come from and go to, names that are hard to say,
// and files in which there is nothing to hear.
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, renameSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { tinyModel } from "../../suite/tiny_model.js";
import { chirp, chirpFrames } from "../fixtures/signals.mjs";
import { cli, cliPath, filesIn, startCli } from "./process.js";
import { fixturePath, readAll, temporaryFolder, wav, write } from "./support.js";

const folder = temporaryFolder();
const tiny = write(folder, "tiny.safetensors", tinyModel());
const song = write(folder, "song.wav", wav([chirp(0), chirp(1)]));
const separate = (...args: string[]) => cli(["separate", "--model", tiny, ...args], folder);

describe("standard input", () => {
  test.each(["stereo.flac", "stereo.mp3", "stereo.opus", "mono.mp3"])("%s", async (name) => {
    const out = join(folder, `from-${name}`);
    const args = ["separate", "--model", tiny, "--stems", "vocals", "--out", out, "-"];
    const { process: child, finished } = startCli(args, folder);
    child.stdin?.end(readFileSync(fixturePath(name)));
    const { code, stderr } = await finished;
    expect(stderr).toBe("");
    expect(code).toBe(0);
    const frames = name.endsWith(".opus") ? 24000 : chirpFrames;
    const stem = await readAll(join(out, "stdin", "vocals.wav"));
    expect(stem.channels[0]?.length).toBe(frames);
  });

  test("without audio in it", async () => {
    const { process: child, finished } = startCli(["tag", "-"], folder);
    child.stdin?.end("These are words.");
    const { code, stderr } = await finished;
    expect(code).toBe(1);
    expect(stderr).toMatch(/^divisi: standard input: is not audio.*\n$/);
  });
});

describe("where the stems go", () => {
  // Below /proc a folder can't be made, and the reason is the one that a vanished drive gives.
  test.runIf(process.platform === "linux")(
    "a place that can't be is an error at once",
    async () => {
      const { code, stderr } = await separate("--out", "/proc/divisi/deep/er", song);
      expect(code).toBe(1);
      expect(stderr).toMatch(/^divisi: .*\/proc\/divisi\/deep\/er.*no such file or folder\n$/);
    },
  );

  test("replaced stems are told; --keep leaves them and numbers the new ones", async () => {
    const out = join(folder, "again");
    expect((await separate("--out", out, song)).stdout).not.toContain("replaced");
    const before = readFileSync(join(out, "song", "vocals.wav"));
    expect((await separate("--out", out, song)).stdout).toMatch(/vocals\.wav \(replaced\)/);
    const quiet = write(folder, "song.wav", wav([chirp(0, 0.1), chirp(1, 0.1)]));
    const kept = await separate("--out", out, "--keep", "--json", quiet);
    write(folder, "song.wav", wav([chirp(0), chirp(1)]));
    const document = JSON.parse(kept.stdout) as { files: { stems: { replaced: boolean }[] }[] };
    expect(document.files[0]?.stems.map(({ replaced }) => replaced)).toEqual([false, false]);
    expect(readFileSync(join(out, "song", "vocals.wav"))).toEqual(before);
    expect(filesIn(join(out, "song-2"))).toEqual(["accompaniment.wav", "vocals.wav"]);
  });

  test("FLAC at a rate that FLAC lacks is refused before anything is computed", async () => {
    const odd = write(folder, "rate.wav", wav([chirp(0)], { sampleRate: 191999 }));
    const out = join(folder, "rate");
    const { code, stderr } = await separate("--format", "flac", "--out", out, odd);
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /rate\.wav: FLAC can't hold a sample rate of 191999 Hz: use --format wav/,
    );
    expect(filesIn(out)).toEqual([]);
  });

  test("advice about clipped samples is one that the format allows", async () => {
    const loud = write(folder, "loud.wav", wav([chirp(0, 1.5)], { bits: 32, float: true }));
    const { stderr } = await separate("--format", "flac", "--out", join(folder, "loud"), loud);
    expect(stderr).toMatch(/to 16 bits; --format wav --bits 32 keeps them/);
  });
});

describe("names", () => {
  const steering = "a\u001b[31mb\nc\u009bd.wav";

  test("control characters reach no terminal, and a message is one line", async () => {
    const { stderr } = await cli(["tag", steering], folder);
    expect(stderr).toBe("divisi: a?[31mb c?d.wav: no such file or folder\n");
    const { stdout } = await cli(["tag", "--json", steering], folder);
    expect(stdout.replaceAll("\n", "")).not.toMatch(/\p{Cc}/u);
    expect(JSON.parse(stdout)).toMatchObject({ files: [{ file: steering }] });
    writeFileSync(join(folder, steering), wav([chirp(0)]));
    const done = await separate("--out", join(folder, "named"), steering);
    expect(done.stdout.split("\n")[0]).toMatch(/^a\?\[31mb\?c\?d\.wav: 0:01 of wav/);
    expect(done.stdout.replaceAll("\n", "")).not.toMatch(/\p{Cc}/u);
  });

  // Elsewhere the file system has no such names.
  test.runIf(process.platform === "linux")("in Latin-1", () => {
    const name = Buffer.from("caf\xe9.wav", "latin1");
    const plain = write(folder, "cafe.wav", wav([chirp(0)]));
    renameSync(plain, Buffer.concat([Buffer.from(`${folder}/`), name]));
    // Node would pass the name on as UTF-8, so a shell writes it.
    const line = `"$0" "$1" separate --model "$2" --out latin "$(printf 'caf\\351.wav')"`;
    const args = ["-c", line, process.execPath, cliPath, tiny];
    const run = spawnSync("sh", args, { cwd: folder, encoding: "utf8" });
    expect(run.stderr).toBe("");
    expect(run.stdout).toMatch(/^café\.wav: 0:01 of wav/);
    expect(filesIn(join(folder, "latin"))).toContain("café/vocals.wav");
  });

  test.runIf(process.platform === "linux")("a working folder that was deleted is one line", () => {
    const gone = join(folder, "gone");
    mkdirSync(gone);
    const line = `cd "$1" && rmdir "$1" && "$2" "$3" tag "$4"`;
    const args = ["-c", line, "sh", gone, process.execPath, cliPath, song];
    const run = spawnSync("sh", args, { cwd: folder, encoding: "utf8" });
    expect(run.status).toBe(1);
    expect(run.stderr).toMatch(/^divisi: the working folder doesn't exist any more.*\n$/);
    expect(() => rmdirSync(gone)).toThrow();
  });

  test("what a spreadsheet would run is made harmless in CSV", async () => {
    writeFileSync(join(folder, "=1+1.wav"), wav([chirp(0)]));
    const { stdout } = await cli(["tag", "--csv", "=1+1.wav"], folder);
    expect(stdout).toMatch(/\r\n'=1\+1\.wav,0\.\d{6},/);
  });
});

describe("nothing to hear", () => {
  const frames = 4 * 44100;
  const tone = Float32Array.from({ length: frames }, (_, i) => 0.5 * Math.sin(i / 20));
  const silence = write(folder, "silence.wav", wav([new Float32Array(frames)]));
  // 16 bits without dither: the mean of both is exactly 0.
  const opposite = write(folder, "opposite.wav", wav([tone, tone.map((sample) => -sample)]));
  const faint = write(folder, "faint.wav", wav([tone.map((s) => s * 1.8e-4)], { bits: 24 }));
  const quiet = write(folder, "quiet.wav", wav([tone.map((s) => s * 2.2e-4)], { bits: 24 }));

  test("tag says so in the table, in CSV and in JSON, instead of tags", async () => {
    const files = [silence, opposite, faint, quiet];
    const table = await cli(["tag", "--top", "1", ...files], folder);
    expect(table.code).toBe(0);
    expect(table.stdout.match(/^ {2}silent: /gm)).toHaveLength(3);
    const csv = await cli(["tag", "--csv", ...files], folder);
    const rows = csv.stdout.trimEnd().split("\r\n").slice(1);
    expect(rows.map((row) => /,silent,silent$/.test(row))).toEqual([true, true, true, false]);
    const { stdout } = await cli(["tag", "--json", ...files], folder);
    const document = JSON.parse(stdout) as { files: { silent: boolean; tags: unknown[] }[] };
    expect(document.files.map((file) => file.silent)).toEqual([true, true, true, false]);
    expect(document.files.map(({ tags }) => tags.length > 0)).toEqual([false, false, false, true]);
  });

  test("separate says so, too", async () => {
    const out = join(folder, "silent");
    const { code, stdout } = await separate("--out", out, silence, opposite);
    expect(code).toBe(0);
    expect(stdout.match(/silent: there is nothing to hear/g)).toHaveLength(1);
  });
});

test("a file that isn't done whole gives exit code 1", async () => {
  const ogg = readFileSync(fixturePath("stereo.ogg"));
  // The first page of a Speex stream.
  const { crc32 } = await import("../../../js/cli/read/ogg/ogg_pages.js");
  const page = Buffer.alloc(28 + 80);
  page.write("OggS");
  page[5] = 2;
  page.writeUInt32LE(99, 14);
  page[26] = 1;
  page[27] = 80;
  page.write("Speex   ", 28);
  page.writeUInt32LE(crc32(page), 22);
  const mixed = write(folder, "mixed.ogg", Buffer.concat([ogg, page]));
  const { code, stdout, stderr } = await separate("--json", "--out", join(folder, "mixed"), mixed);
  expect(stderr).toBe("");
  expect(code).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({
    files: [
      {
        done: true,
        complete: false,
        frames: chirpFrames,
        warnings: [expect.stringContaining("Speex") as unknown],
      },
    ],
  });
});
