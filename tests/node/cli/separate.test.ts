// The built command line, as a process: what it writes, prints and answers. Most runs use the tiny
// model, whose stems are known parts of the mix.
import { copyFileSync, mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { bandModel, bandNames, fourTones, tone } from "../../suite/band_model.js";
import { tinyModel, tinyParts } from "../../suite/tiny_model.js";
import { chirp, chirpFrames } from "../fixtures/signals.mjs";
import { cli, cliPath, filesIn } from "./process.js";
import { fixturePath, readAll, snr, temporaryFolder, wav, write } from "./support.js";

const folder = temporaryFolder();
const tiny = write(folder, "tiny.safetensors", tinyModel());
const song = write(folder, "song.wav", wav([chirp(0), chirp(1)], { bits: 32, float: true }));
let runs = 0;

beforeAll(async () => {
  const { code } = await cli(["--version"], folder);
  if (code !== 0) throw new Error(`${cliPath} doesn't start: \`npm run build\` makes it`);
});

/** A fresh folder for the stems. */
const freshOut = () => join(folder, `out${++runs}`);

interface Document {
  readonly model: string;
  readonly files: {
    file: string;
    done: boolean;
    frames: number;
    format: string;
    speed: number;
    stems: { name: string; path: string; clippedSamples: number }[];
    warnings: string[];
    error?: { code: string; message: string };
  }[];
  readonly error?: { code: string; message: string };
}

async function separate(args: readonly string[], out = freshOut()) {
  const result = await cli(["separate", "--model", tiny, "--out", out, ...args], folder);
  const document = args.includes("--json") ? (JSON.parse(result.stdout) as Document) : undefined;
  return { ...result, out, document };
}

describe("separate", () => {
  test("writes every stem and says where", async () => {
    const { code, stdout, stderr, out } = await separate([song, "--bits", "32"]);
    expect(stderr).toBe("");
    expect(code).toBe(0);
    expect(filesIn(out)).toEqual(["song/accompaniment.wav", "song/vocals.wav"]);
    expect(stdout).toContain(join(out, "song", "vocals.wav"));
    expect(stdout).toMatch(/0:01 of wav, 44100 Hz, 2 channels, in [\d.]+ s \([\d.]+ x real time\)/);
    for (const [stem, part] of Object.entries(tinyParts.best)) {
      const { channels } = await readAll(join(out, "song", `${stem}.wav`));
      channels.forEach((channel, c) => {
        expect(channel.length).toBe(chirpFrames);
        // A constant mask is exact but for float32's noise in the transforms.
        expect(
          snr(
            chirp(c).map((sample) => sample * part),
            channel,
          ),
        ).toBeGreaterThan(80);
      });
    }
  });

  test("reads every format, several files in one go, and prints one JSON document", async () => {
    const names = [
      "stereo.flac",
      "stereo.oga",
      "stereo.mp3",
      "mono.mp3",
      "stereo.ogg",
      "stereo.opus",
      "surround.flac",
      "surround.ogg",
    ];
    const { code, stderr, document, out } = await separate(["--json", ...names.map(fixturePath)]);
    expect(code).toBe(0);
    expect(stderr).toBe("");
    expect(document?.model).toBe(tiny);
    for (const [index, file] of (document?.files ?? []).entries()) {
      expect(file).toMatchObject({
        file: fixturePath(names[index] ?? ""),
        done: true,
        warnings: [],
      });
      const source = await readAll(file.file);
      expect(file.frames).toBe(source.channels[0]?.length);
      expect(file.speed).toBeGreaterThan(0);
      for (const stem of file.stems) {
        const { sampleRate, channels } = await readAll(stem.path);
        expect(sampleRate).toBe(source.sampleRate);
        expect(channels.map(({ length }) => length)).toEqual(
          source.channels.map(({ length }) => length),
        );
      }
    }
    // Two pairs of inputs had one name.
    expect(filesIn(out)).toContain("stereo-5/vocals.wav");
    expect(filesIn(out)).toContain("surround-2/vocals.wav");
    expect(filesIn(out).length).toBe(2 * names.length);
  });

  test("the catalogue's default model, by itself", async () => {
    const out = freshOut();
    const { code, stderr } = await cli(["separate", fixturePath("stereo.mp3"), "-o", out], folder);
    expect(stderr).toBe("");
    expect(code).toBe(0);
    expect(filesIn(out)).toEqual(["stereo/accompaniment.wav", "stereo/vocals.wav"]);
    expect((await readAll(join(out, "stereo/vocals.wav"))).channels[1]?.length).toBe(chirpFrames);
  });

  test("mode, quality, stems, format and bits are passed on", async () => {
    const options = "--mode reference --quality high --stems vocals --format flac --bits 24";
    const { code, out } = await separate([song, ...options.split(" ")]);
    expect(code).toBe(0);
    expect(filesIn(out)).toEqual(["song/vocals.flac"]);
    const bytes = readFileSync(join(out, "song/vocals.flac"));
    expect(((bytes.readUInt16BE(20) >> 4) & 31) + 1).toBe(24); // STREAMINFO's sample size
    // The reference pipeline cuts off what the network doesn't see; this chirp lies below that.
    const { channels } = await readAll(join(out, "song/vocals.flac"));
    const middle = chirp(0)
      .map((sample) => sample * tinyParts.reference.vocals)
      .subarray(8192, -8192);
    expect(snr(middle, channels[0]?.subarray(8192) ?? [])).toBeGreaterThan(20);
  });

  test("one sample is enough", async () => {
    const one = write(folder, "one.wav", wav([[0.5]]));
    const { code, document } = await separate([one, "--json"]);
    expect(code).toBe(0);
    expect(document?.files[0]?.frames).toBe(1);
    const { channels } = await readAll(document?.files[0]?.stems[0]?.path ?? "");
    expect(channels[0]?.length).toBe(1);
  });

  test("clipped samples are counted and warned of; floats keep them", async () => {
    const loud = write(folder, "loud.wav", wav([chirp(0, 1.5)], { bits: 32, float: true }));
    const clipped = await separate([loud, "--json", "--stems", "vocals"]);
    expect(clipped.document?.files[0]?.stems[0]?.clippedSamples).toBeGreaterThan(1000);
    expect(clipped.document?.files[0]?.warnings.join()).toMatch(/vocals.wav: \d+ samples beyond/);
    const whole = await separate([loud, "--json", "--stems", "vocals", "--bits", "32"]);
    expect(whole.document?.files[0]?.warnings).toEqual([]);
  });

  test("older stems are replaced", async () => {
    const { out } = await separate([song]);
    const before = readFileSync(join(out, "song/vocals.wav"));
    const other = join(folder, "other");
    mkdirSync(other);
    const quiet = write(other, "song.wav", wav([chirp(0, 0.1)]));
    expect((await separate([quiet], out)).code).toBe(0);
    expect(readFileSync(join(out, "song/vocals.wav")).equals(before)).toBe(false);
    expect(filesIn(out)).toEqual(["song/accompaniment.wav", "song/vocals.wav"]);
  });
});

describe("one bad file doesn't stop the others", () => {
  test("bad files of every kind: each with its reason, exit code 1", async () => {
    const nan = chirp(0);
    nan[1234] = Number.NaN;
    const infinite = chirp(0);
    infinite[4321] = Number.NEGATIVE_INFINITY;
    const floats = { bits: 32, float: true } as const;
    const cutMp3 = readFileSync(fixturePath("stereo.mp3")).subarray(0, 4000);
    const kilobyte = wav([new Float32Array(470)], { dataSize: 2 ** 31 });
    const cases: [string, Buffer, string | null, RegExp][] = [
      ["nothing.wav", Buffer.alloc(0), "bad-audio", /is empty \(0 bytes\)/],
      ["words.wav", Buffer.from("some words"), "bad-audio", /is not audio/],
      ["nan.wav", wav([nan, nan], floats), "bad-audio", /1234/],
      ["infinite.wav", wav([infinite], floats), "bad-audio", /4321/],
      ["nine.wav", wav(Array.from({ length: 9 }, () => chirp(0))), "bad-audio", /9 channels/],
      ["slow.wav", wav([chirp(0)], { sampleRate: 3000 }), "bad-audio", /3000 Hz/],
      ["fast.wav", wav([chirp(0)], { sampleRate: 1_000_000 }), "bad-audio", /1000000 Hz/],
      ["huge.wav", kilobyte, null, /says 2147483648 bytes of audio, but only 940 are there/],
      ["cut.mp3", cutMp3, null, /of 22050 frames could be decoded/],
    ];
    const paths = cases.map(([name, bytes]) => write(folder, name, bytes));
    const missing = join(folder, "missing.wav");
    const { code, document, stderr, out } = await separate([
      "--json",
      ...paths,
      missing,
      folder,
      song,
    ]);
    expect(code).toBe(1);
    expect(stderr).toBe("");
    const files = document?.files ?? [];
    cases.forEach(([, , errorCode, message], index) => {
      const file = files[index];
      const said = file?.error?.message ?? file?.warnings.join() ?? "";
      expect(said).toMatch(message);
      if (errorCode === null) expect(file?.done).toBe(true);
      else expect(file?.error).toMatchObject({ code: errorCode });
      if (errorCode !== null) expect(said).toContain(paths[index]);
    });
    const [noFile, isFolder, good] = files.slice(cases.length);
    expect(noFile?.error).toMatchObject({ code: "file-not-found" });
    expect(noFile?.error?.message).toContain(missing);
    expect(isFolder?.error).toMatchObject({ code: "is-a-directory" });
    expect(good).toMatchObject({ done: true, frames: chirpFrames });
    // Nothing is left of those that failed, not even their folders.
    expect(filesIn(out).map((path) => path.split("/")[0])).toEqual([
      "cut",
      "cut",
      "huge",
      "huge",
      "song",
      "song",
    ]);
  });

  test("without --json errors and warnings go to standard error", async () => {
    const bad = write(folder, "bad.wav", Buffer.from("bad"));
    const { code, stdout, stderr } = await separate([bad, song]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^divisi: .*bad\.wav: is not audio/);
    expect(stdout).toContain("vocals.wav");
  });

  test("where the stems can't go is said with the reason", async () => {
    const inTheWay = write(folder, "in-the-way", Buffer.from("a file"));
    const { code, document } = await separate([song, "--json"], join(inTheWay, "out"));
    expect(code).toBe(1);
    expect(document?.files[0]?.error).toMatchObject({ code: "not-a-directory" });
    expect(document?.files[0]?.error?.message).toContain(join(inTheWay, "out", "song"));

    const out = freshOut();
    mkdirSync(join(out, "song", "vocals.wav"), { recursive: true });
    const taken = await separate([song], out);
    expect(taken.code).toBe(1);
    expect(taken.stderr).toContain(`${join(out, "song", "vocals.wav")}: is a directory`);
    expect(filesIn(out)).toEqual([]);
  });

  test("an input is never overwritten", async () => {
    const home = join(folder, "home");
    mkdirSync(join(home, "vocals"), { recursive: true });
    const input = join(home, "vocals", "vocals.wav");
    copyFileSync(song, input);
    symlinkSync(input, join(home, "vocals", "accompaniment.wav"));
    const { code, stderr } = await separate([input], home);
    expect(code).toBe(1);
    expect(stderr).toContain("is one of the files to separate");
    expect(readFileSync(input).equals(readFileSync(song))).toBe(true);
    expect(filesIn(home)).toEqual(["vocals/accompaniment.wav", "vocals/vocals.wav"]);
  });
});

describe("models", () => {
  test("a file that is no model, or part of one, is named with what is wrong", async () => {
    const bytes = readFileSync(tiny);
    const broken: [string, Buffer, RegExp][] = [
      ["empty.safetensors", Buffer.alloc(0), /./],
      ["words.safetensors", Buffer.from("not a model at all, just words"), /./],
      ["cut.safetensors", bytes.subarray(0, bytes.length - 1), /./],
      ["head.safetensors", bytes.subarray(0, 100), /./],
    ];
    for (const [name, content] of broken) {
      const model = write(folder, name, content);
      for (const command of [
        ["separate", song, "--model", model],
        ["info", model],
      ]) {
        const { code, stdout, stderr } = await cli(command, folder);
        expect(code).toBe(1);
        expect(stdout).toBe("");
        expect(stderr).toContain(model);
      }
      const { stdout } = await cli(["info", model, "--json"], folder);
      expect((JSON.parse(stdout) as Document).error).toMatchObject({ code: "bad-model" });
    }
    expect(filesIn(join(folder, "out"))).toEqual([]);
  });

  test("writes as many stems as the model has, under names of its own", async () => {
    const model = write(folder, "bands.safetensors", bandModel());
    const mix = fourTones(chirpFrames);
    const file = write(folder, "tones.wav", wav([mix, mix], { bits: 32, float: true }));
    const { code, stdout, out } = await separate([file, "--model", model, "--bits", "32"]);
    expect(code).toBe(0);
    expect(filesIn(out)).toEqual(bandNames.map((name) => `tones/${name}.wav`).sort());
    for (const name of bandNames) {
      expect(stdout).toContain(join(out, "tones", `${name}.wav`));
      const { channels } = await readAll(join(out, "tones", `${name}.wav`));
      const inside = (samples: Float32Array) => samples.subarray(5000, -5000);
      const got = inside(channels[0] ?? new Float32Array());
      expect(snr(inside(tone(name, chirpFrames)), got)).toBeGreaterThan(50);
    }
    const some = await separate([file, "--model", model, "--stems", "drums,whale song"]);
    expect(filesIn(some.out)).toEqual(["tones/drums.wav", "tones/whale song.wav"]);
    const info = await cli(["info", model], folder);
    expect(info.stdout).toMatch(/^stems +bass, drums, whale song, 2nd violins$/m);
  });

  test("a stem whose name leads out of the folder writes nothing", async () => {
    const names = { "../../escaped": 0.5, rest: 0.5 };
    const model = write(folder, "escape.safetensors", tinyModel({ gains: names }));
    const out = freshOut();
    const args = ["separate", song, "--model", model, "--out", out];
    const { code, stderr } = await cli(args, folder);
    expect(code).toBe(1);
    expect(stderr).toContain("../../escaped");
    expect(filesIn(folder).filter((path) => path.includes("escaped"))).toEqual([]);
    expect(filesIn(out)).toEqual([]);
  });

  test("divisi models lists the catalogue", async () => {
    const { code, stdout } = await cli(["models"], folder);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^spleeter-2stems .*vocals, accompaniment; MIT, 39\.\d MB \(f16\)$/m);
    expect(stdout).toMatch(/^spleeter-2stems-int8 .*; MIT, 19\.\d MB \(int8\)$/m);
    const json = JSON.parse((await cli(["models", "--json"], folder)).stdout) as {
      models: { name: string; sha256: string }[];
    };
    expect(json.models[0]?.name).toBe("spleeter-2stems");
    expect(json.models[0]?.sha256).toMatch(/^[0-9a-f]{64}$/);
  });

  test("divisi info prints card, task, stems, licence, size and hash", async () => {
    const { code, stdout } = await cli(["info", "spleeter-2stems"], folder);
    expect(code).toBe(0);
    for (const line of [
      /^name +spleeter-2stems$/m,
      /^licence: weights +MIT$/m,
      /^trainingData: unknown +\S/m,
      /^task +separation$/m,
      /^stems +vocals, accompaniment$/m,
      /^size +\d+ bytes/m,
      /^sha256 +[0-9a-f]{64}$/m,
    ]) {
      expect(stdout).toMatch(line);
    }
    const file = await cli(["info", tiny, "--json"], folder);
    expect(JSON.parse(file.stdout)).toMatchObject({
      card: { name: "tiny" },
      task: { stems: ["vocals", "accompaniment"] },
      size: readFileSync(tiny).length,
      parameters: 8,
      parametersByDtype: { F32: 8 },
    });
    const small = (await cli(["info", "spleeter-2stems-int8"], folder)).stdout;
    expect(small).toMatch(/^name +spleeter-2stems-int8$/m);
    // As many as the f16 file has, which the scales of the 8-bit ones must not add to.
    const count = /^parameters +(\d+):/m.exec(stdout)?.[1];
    expect(count).toMatch(/^\d+$/);
    expect(small).toMatch(new RegExp(`^parameters +${count}: \\d+ I8, \\d+ F16, \\d+ F32$`, "m"));
  });
});

describe("wrong use: exit code 2 and what would be right", () => {
  test.each<[string[], RegExp]>([
    [[], /no command given/],
    [["mix", "a.wav"], /unknown command "mix"/],
    [["separate"], /no FILE given/],
    [["separate", song, "--mode", "good"], /--mode "good": must be one of best, reference/],
    [["separate", song, "--format", "flac", "--bits", "32"], /FLAC/],
    [
      ["separate", song, "--model", "spleeter-9stems"],
      /no model "spleeter-9stems".*spleeter-2stems/,
    ],
    [["separate", song, "--model", tiny, "--stems", "drums"], /"drums".*vocals, accompaniment/],
    [["info", "spleeter-9stems"], /no model "spleeter-9stems"/],
  ])("%j", async (args, message) => {
    const { code, stdout, stderr } = await cli(args, folder);
    expect(code).toBe(2);
    expect(stdout).toBe("");
    expect(stderr).toMatch(message);
    const json = await cli([...args, "--json"], folder);
    expect(json.code).toBe(2);
    expect((JSON.parse(json.stdout) as Document).error?.message).toMatch(message);
  });

  test("help and version are no errors", async () => {
    const help = await cli(["separate", "--help"], folder);
    expect(help).toMatchObject({ code: 0, stderr: "" });
    for (const word of ["--quality normal|high", "divisi info MODEL", "Exit codes"]) {
      expect(help.stdout).toContain(word);
    }
    const { version } = JSON.parse(
      readFileSync(new URL("../../../js/package.json", import.meta.url), "utf8"),
    ) as { version: string };
    expect(await cli(["--version"], folder)).toMatchObject({ code: 0, stdout: `${version}\n` });
  });
});
