// Honest files of odd kinds, each with what an independent decoder makes of it (fixtures/odd/), and
// the same audio in the shapes that taggers, recorders and joining tools leave behind.
import { execFileSync } from "node:child_process";
import { chmodSync, copyFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { crc32 } from "../../../js/cli/read/ogg/ogg_pages.js";
import expected from "../fixtures/odd/expected.json" with { type: "json" };
import { chirp, chirpFrames } from "../fixtures/signals.mjs";
import {
  difference,
  fixturePath,
  peak,
  type ReadFile,
  readAll,
  snr,
  temporaryFolder,
  wav,
  write,
} from "./support.js";

const folder = temporaryFolder();
const fixture = (name: string) => readFileSync(fixturePath(name));
const odd = (name: string) => fixturePath(`odd/${name}`);

/** Rate, channels, length, scale, order and place in time, as the other decoder has them. */
function expectAsDecoded(read: ReadFile, name: keyof typeof expected, tolerance: number): void {
  const { sampleRate, channelCount, frames, every100 } = expected[name];
  expect(read).toMatchObject({ sampleRate, warnings: [], complete: true });
  expect(read.channels.map((channel) => channel.length)).toEqual(
    Array.from({ length: channelCount }, () => frames),
  );
  const last = read.channels.at(-1) ?? new Float32Array(0);
  const mine = every100.map((_, i) => last[i * 100] ?? Number.NaN);
  expect(peak(difference(every100, mine))).toBeLessThan(tolerance);
}

describe("samples are those of an independent decoder", () => {
  // Lossless to 7 digits; two MP3 decoders differ by the rounding of their transforms.
  test.each([
    ["bits8.flac", 1e-7],
    ["bits32.flac", 1e-7],
    ["rate65537.flac", 1e-7],
    ["ends_in_silence.flac", 1e-7],
    ["rate96000.flac", 1e-7],
    ["bits24.aiff", 1e-7],
    ["bits8.aiff", 1e-7],
    ["sowt.aifc", 1e-7],
    ["float.aifc", 1e-7],
    ["free_format.mp3", 1e-5],
    ["rate48000.mp3", 1e-5],
    ["layer2.mp2", 1e-5],
  ] as const)("%s", async (name, tolerance) => {
    expectAsDecoded(await readAll(odd(name)), name, tolerance);
  });
});

/** The audio of stereo.mp3 or stereo.flac, whole and in its place, without a word. */
async function expectWhole(path: string, limit: number): Promise<void> {
  const read = await readAll(path);
  expect(read).toMatchObject({ warnings: [], complete: true });
  read.channels.forEach((channel, c) => {
    expect(channel.length).toBe(chirpFrames);
    expect(snr(chirp(c), channel)).toBeGreaterThan(limit);
  });
}

function id3(size: number, declared = size): Buffer {
  const head = Buffer.from("ID3\x04\0\0\0\0\0\0");
  [21, 14, 7, 0].forEach((shift, i) => {
    head[6 + i] = (declared >> shift) & 0x7f;
  });
  return Buffer.concat([head, Buffer.alloc(size, 0x41)]);
}

function ape(size: number, flags: number): Buffer {
  const block = Buffer.alloc(32);
  block.write("APETAGEX");
  block.writeUInt32LE(2000, 8);
  block.writeUInt32LE(size + 32, 12);
  block.writeUInt32LE(flags, 20);
  return block;
}

const apeTag = Buffer.concat([ape(50, 0xa0000000), Buffer.alloc(50, 0x42), ape(50, 0x80000000)]);
const id3v1 = Buffer.concat([Buffer.from("TAG"), Buffer.alloc(125, 0x20)]);
const plainSize = id3(300);
plainSize.writeUInt32BE(300, 6); // 0x0000012c: the last byte's high bit shouldn't be there

describe("tags and junk in front and behind", () => {
  const front: [string, Buffer][] = [
    ["two ID3v2 tags", Buffer.concat([id3(100), id3(70_000)])],
    ["an APEv2 tag", apeTag],
    ["an ID3v2 tag whose size has 8 bits a byte", plainSize],
    ["an ID3v2 tag that says too much", id3(100, 5000)],
    ["an ID3v2 tag that says more than the file has", id3(100, 9_000_000)],
    ["an ID3v2 tag that says too little", id3(5000, 100)],
    ["a megabyte of zeros", Buffer.alloc(2 ** 20)],
    ["junk", Buffer.from(Array.from({ length: 100_000 }, (_, i) => (i * i * 7919) >> 5))],
  ];
  test.each(front)("%s", async (name, before) => {
    const path = `front_${name.replace(/\W/g, "_")}`;
    await expectWhole(write(folder, path, Buffer.concat([before, fixture("stereo.mp3")])), 20);
    await expectWhole(write(folder, path, Buffer.concat([before, fixture("stereo.flac")])), 86);
    const wave = wav([chirp(0), chirp(1)]);
    await expectWhole(write(folder, path, Buffer.concat([before, wave])), 86);
  });

  test.each([
    ["ID3v1", id3v1],
    ["APEv2 and ID3v1", Buffer.concat([apeTag, id3v1])],
    ["junk", Buffer.from("This is no audio. ".repeat(500))],
    ["one byte", Buffer.from([0])],
  ])("%s behind", async (name, after) => {
    const path = `behind_${name.replace(/\W/g, "_")}`;
    await expectWhole(write(folder, path, Buffer.concat([fixture("stereo.flac"), after])), 86);
    await expectWhole(write(folder, path, Buffer.concat([fixture("stereo.mp3"), after])), 20);
    const wave = Buffer.concat([wav([chirp(0), chirp(1)]), after]);
    await expectWhole(write(folder, path, wave), 86);
  });

  test("an MP3 of one frame, and of one with a tag", async () => {
    const whole = fixture("untagged.mp3");
    const frame = whole.subarray(0, 313); // 96 kbit/s at 44100 Hz, not padded
    for (const bytes of [frame, Buffer.concat([id3(20), frame, id3v1])]) {
      const read = await readAll(write(folder, "one.mp3", bytes));
      expect(read.channels.map((channel) => channel.length)).toEqual([1152, 1152]);
    }
  });
});

describe("MP3 headers that say odd things", () => {
  const tagged = fixture("stereo.mp3");
  const info = tagged.indexOf("Info");

  test("a VBRI frame is no audio", async () => {
    const whole = fixture("untagged.mp3");
    const frame = Buffer.from(whole.subarray(0, 313)).fill(0, 4);
    frame.write("VBRI", 36);
    const plain = await readAll(fixturePath("untagged.mp3"));
    const read = await readAll(write(folder, "vbri.mp3", Buffer.concat([frame, whole])));
    expect(read.warnings).toEqual([]);
    expect(read.channels).toEqual(plain.channels);
  });

  test.each([1, -1, 1000])("a count that is wrong by %i is no damage", async (by) => {
    const bytes = Buffer.from(tagged);
    bytes.writeUInt32BE(bytes.readUInt32BE(info + 8) + by, info + 8);
    const read = await readAll(write(folder, "count.mp3", bytes));
    expect(read.warnings).toEqual([]);
    expect(snr(chirp(0), read.channels[0]?.subarray(0, chirpFrames) ?? [])).toBeGreaterThan(20);
  });

  test("a tag of an encoder that says no more than the count", async () => {
    const bytes = Buffer.from(tagged);
    bytes.fill(0, info + 120, info + 144);
    const read = await readAll(write(folder, "xing.mp3", bytes));
    expect(read.warnings).toEqual([]);
    expect((read.channels[0]?.length ?? 0) % 1152).toBe(0);
  });
});

describe("joined recordings go on", () => {
  test("MP3s of one kind, each without its encoder's padding", async () => {
    const bytes = Buffer.concat([fixture("stereo.mp3"), id3v1, id3(500), fixture("stereo.mp3")]);
    const read = await readAll(write(folder, "joined.mp3", bytes));
    expect(read).toMatchObject({ warnings: [], frameCount: 2 * chirpFrames });
    expect(snr(chirp(1), read.channels[1]?.subarray(chirpFrames) ?? [])).toBeGreaterThan(20);
  });

  test("mono and then stereo: both sides are kept", async () => {
    const bytes = Buffer.concat([fixture("mono.mp3"), fixture("stereo.mp3")]);
    const read = await readAll(write(folder, "widened.mp3", bytes));
    expect(read).toMatchObject({ complete: true, frameCount: 2 * chirpFrames });
    const [left = [], right = []] = read.channels;
    expect(snr(chirp(0), right.slice(0, chirpFrames))).toBeGreaterThan(20);
    expect(snr(chirp(0), left.slice(chirpFrames))).toBeGreaterThan(20);
    expect(snr(chirp(1), right.slice(chirpFrames))).toBeGreaterThan(20);
    expect(read.warnings.join()).toMatch(/from 0.0 s on the file has 44100 Hz, 1 channel/);
  });

  test("another rate is resampled, at the right pitch", async () => {
    // Layer III at 48000 Hz, then 44100: from the second file's place on it is the chirp again.
    const bytes = Buffer.concat([readFileSync(odd("rate48000.mp3")), fixture("stereo.mp3")]);
    const read = await readAll(write(folder, "rates.mp3", bytes));
    const first = expected["rate48000.mp3"].frames;
    expect(read.sampleRate).toBe(48000);
    expect(read.channels[0]?.length).toBe(first + (chirpFrames * 48000) / 44100);
    const resampled = read.channels[0]?.slice(first) ?? [];
    const seconds = chirpFrames / 44100;
    const ideal = Float32Array.from(resampled, (_, i) => {
      const t = i / 48000;
      return 0.5 * Math.sin(2 * Math.PI * (200 * t + (2800 * t * t) / (2 * seconds)));
    });
    expect(snr(ideal.subarray(100, -100), resampled.slice(100, -100))).toBeGreaterThan(20);
    expect(read.warnings).toEqual([
      "from 0.1 s on the file has 44100 Hz, 2 channels: brought to 48000 Hz, 2 channels",
    ]);
  });

  test("FLACs of one and two channels, with a tag between them", async () => {
    const first = readFileSync(odd("ends_in_silence.flac"));
    const bytes = Buffer.concat([first, id3v1, fixture("stereo.flac")]);
    const read = await readAll(write(folder, "joined.flac", bytes));
    const before = expected["ends_in_silence.flac"].frames;
    expect(read).toMatchObject({ complete: true, frameCount: before + chirpFrames });
    expect(read.channels.length).toBe(2);
    expect(snr(chirp(1), read.channels[1]?.slice(before) ?? [])).toBeGreaterThan(86);
    expect(read.warnings.join()).toMatch(
      /^from 0\.0 s on the file has 44100 Hz, 1 channel: [^,]*, 2 channels$/,
    );
  });

  test("an Ogg link of another codec and rate", async () => {
    const bytes = Buffer.concat([fixture("stereo.ogg"), fixture("stereo.opus")]);
    const read = await readAll(write(folder, "mixed.ogg", bytes));
    expect(read).toMatchObject({ sampleRate: 44100, complete: true });
    expect(read.channels[0]?.length).toBe(2 * chirpFrames);
    expect(snr(chirp(1), read.channels[1]?.slice(chirpFrames) ?? [])).toBeGreaterThan(20);
  });

  test("Opus links of one serial number without last pages", async () => {
    const bytes = Buffer.from(fixture("stereo.opus"));
    for (let at = bytes.indexOf("OggS"); at >= 0; ) {
      const next = bytes.indexOf("OggS", at + 4);
      const page = bytes.subarray(at, next < 0 ? bytes.length : next);
      page[5] = (page[5] ?? 0) & ~4;
      page.writeUInt32LE(0, 22);
      page.writeUInt32LE(crc32(page), 22);
      at = next;
    }
    const once = await readAll(write(folder, "open.opus", bytes));
    // Packets of 20 ms, less opusenc's pre-skip of 312; nothing says where the last one ends.
    expect((once.channels[0]?.length ?? 0) + 312).toBe(Math.ceil(24312 / 960) * 960);
    const twice = await readAll(write(folder, "opens.opus", Buffer.concat([bytes, bytes])));
    expect(twice.channels[0]?.length).toBe(2 * (once.channels[0]?.length ?? 0));
    expect(twice.warnings).toEqual([]);
  });
});

describe("WAVs of odd writers", () => {
  const stereo = [chirp(0), chirp(1)];
  const plain = wav(stereo);

  test.each([0, 1, 2])("a block align of %i", async (align) => {
    const bytes = Buffer.from(plain);
    bytes.writeUInt16LE(align, 32);
    await expectWhole(write(folder, "align.wav", bytes), 86);
  });

  test.each(["RF64", "BW64"])("in %s the 64-bit size counts", async (form) => {
    const bytes = wav(stereo, { rf64: true });
    bytes.write(form);
    bytes.writeUInt32LE(0x00ffff, bytes.indexOf("data") + 4);
    await expectWhole(write(folder, "long.wav", bytes), 86);
  });

  test("an odd chunk without its padding", async () => {
    const list = Buffer.from("LIST\x05\0\0\0INFO!", "latin1");
    const bytes = Buffer.concat([plain.subarray(0, 36), list, plain.subarray(36)]);
    await expectWhole(write(folder, "odd.wav", bytes), 86);
  });

  test("two data chunks are one recording", async () => {
    const half = chirpFrames / 2;
    const [first, second] = [0, half].map((from) =>
      wav(stereo.map((channel) => channel.slice(from, from + half))),
    );
    if (first === undefined || second === undefined) throw new Error("no halves");
    const path = write(folder, "two.wav", Buffer.concat([first, second.subarray(36)]));
    await expectWhole(path, 86);
    expect((await readAll(path)).frameCount).toBe(chirpFrames);
  });
});

describe("other formats, by the machine's ffmpeg", () => {
  const path = process.env.PATH;
  afterEach(() => {
    process.env.PATH = path;
  });

  /** A program of that name: what it prints on both outputs, and how it ends. */
  function standIn(body: string): void {
    write(folder, "ffmpeg", Buffer.from(`#!${process.execPath}\n${body}`));
    chmodSync(join(folder, "ffmpeg"), 0o755);
    process.env.PATH = folder;
  }

  test("without one the message says that installing it would do", async () => {
    process.env.PATH = "";
    const file = copyFileSync(odd("aac.m4a"), join(folder, "song.m4a"));
    expect(file).toBeUndefined();
    await expect(readAll(join(folder, "song.m4a"))).rejects.toMatchObject({
      code: "unsupported",
      message: expect.stringMatching(/song\.m4a: is an MP4.*install ffmpeg/) as unknown,
    });
    await expect(readAll(odd("mulaw.wav"))).rejects.toThrow(/mu-law.*install ffmpeg/);
  });

  test("its floats are read through a pipe", async () => {
    const whole = wav([chirp(0), chirp(1)], { bits: 32, float: true, dataSize: 0xffffffff });
    const sound = write(folder, "sound.wav", whole);
    standIn(`
      const { readFileSync } = require("node:fs");
      console.error("[info]   Duration: 00:00:00.50, start: 0, bitrate: 9 kb/s");
      console.error("[info]   Stream #0:0(und): Audio: aac (LC), 44100 Hz, stereo, fltp");
      process.stdout.write(readFileSync(${JSON.stringify(sound)}));`);
    const read = await readAll(odd("aac.m4a"));
    expect(read).toMatchObject({ format: "aac", sampleRate: 44100, warnings: [] });
    expect(read.channels).toEqual([chirp(0), chirp(1)]);
  });

  test("its errors are told in one line", async () => {
    standIn(`console.error("[error] moov atom not found\\n[fatal] and more"); process.exit(1);`);
    await expect(readAll(odd("aac.m4a"))).rejects.toThrow(
      /^\S*aac\.m4a: is an MP4 .*ffmpeg can't decode: moov atom not found$/,
    );
    const sound = JSON.stringify(join(folder, "sound.wav"));
    standIn(`
      console.error("[error] out of luck");
      process.stdout.write(require("node:fs").readFileSync(${sound}).subarray(0, 4000), () =>
        process.exit(1));`);
    await expect(readAll(odd("aac.m4a"))).rejects.toThrow(
      /ffmpeg gave up after 0\.0 s: out of luck/,
    );
  });

  const installed = (() => {
    try {
      execFileSync("ffmpeg", ["-version"], { stdio: "ignore" });
      return true;
    } catch {
      return false;
    }
  })();
  test.runIf(installed)("the real one", async () => {
    expectAsDecoded(await readAll(odd("aac.m4a")), "aac.m4a", 1e-5);
    expectAsDecoded(await readAll(odd("mulaw.wav")), "mulaw.wav", 1e-7);
  });
});
