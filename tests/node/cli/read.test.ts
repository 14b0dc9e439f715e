// The command line's readers, on files made by other people's encoders and on WAVs of every kind.
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { crc32 } from "../../../js/cli/read/ogg/ogg_pages.js";
import {
  chirp,
  chirpFrames,
  fixtureRate,
  surroundFrames,
  surroundPitches,
  surroundRate,
} from "../fixtures/signals.mjs";
import {
  amplitude,
  difference,
  fixturePath,
  peak,
  readAll,
  snr,
  temporaryFolder,
  wav,
  write,
} from "./support.js";

const folder = temporaryFolder();
const stereo = [chirp(0), chirp(1)];

describe("lossless files give their samples back", () => {
  // Rounding to n bits leaves an SNR of about 6n - 3 dB for a sine at half of full scale.
  test.each([
    [8, false, 38],
    [16, false, 86],
    [24, false, 134],
    [32, false, 140],
    [32, true, Number.POSITIVE_INFINITY],
    [64, true, Number.POSITIVE_INFINITY],
  ] as const)("WAV, %i bits, float: %s", async (bits, float, limit) => {
    for (const extensible of [false, true]) {
      const bytes = wav(stereo, { bits, float, extensible, extraChunks: true });
      const read = await readAll(write(folder, "lossless.wav", bytes));
      expect(read.warnings).toEqual([]);
      expect(read.frameCount).toBe(chirpFrames);
      read.channels.forEach((channel, c) => {
        expect(channel.length).toBe(chirpFrames);
        expect(snr(stereo[c] ?? [], channel)).toBeGreaterThanOrEqual(limit);
      });
    }
  });

  test("RF64", async () => {
    const read = await readAll(write(folder, "rf64.wav", wav(stereo, { rf64: true })));
    expect(read.warnings).toEqual([]);
    expect(read.channels[1]?.length).toBe(chirpFrames);
    expect(snr(chirp(1), read.channels[1] ?? [])).toBeGreaterThan(86);
  });

  test.each(["stereo.flac", "stereo.oga"])("%s", async (name) => {
    const read = await readAll(fixturePath(name));
    expect(read).toMatchObject({ format: "flac", sampleRate: fixtureRate, warnings: [] });
    expect(read.frameCount).toBe(chirpFrames);
    read.channels.forEach((channel, c) => {
      expect(channel.length).toBe(chirpFrames);
      expect(snr(stereo[c] ?? [], channel)).toBeGreaterThan(86);
    });
  });

  test("FLAC behind an ID3 tag and a large picture", async () => {
    const flac = readFileSync(fixturePath("stereo.flac"));
    // A metadata block of type 6 after STREAMINFO (42 bytes in), larger than any read.
    const picture = Buffer.alloc(4 + 300_000);
    picture.writeUInt32BE((6 << 24) | 300_000);
    const tag = Buffer.concat([Buffer.from("ID3\x04\0\0\0\0\0\x05"), Buffer.alloc(5)]);
    const bytes = Buffer.concat([tag, flac.subarray(0, 42), picture, flac.subarray(42)]);
    const read = await readAll(write(folder, "tagged.bin", bytes));
    expect(read.channels[0]?.length).toBe(chirpFrames);
    expect(snr(chirp(0), read.channels[0] ?? [])).toBeGreaterThan(86);
  });
});

describe("lossy files have the original's length and place in time", () => {
  // A shift of one sample would leave an SNR of about 12 dB for this chirp; the encoders leave more.
  test.each([
    ["stereo.mp3", "mp3", 2],
    ["mono.mp3", "mp3", 1],
    ["stereo.ogg", "vorbis", 2],
  ] as const)("%s", async (name, format, channelCount) => {
    const read = await readAll(fixturePath(name));
    expect(read).toMatchObject({ format, sampleRate: fixtureRate, warnings: [] });
    expect(read.channels.length).toBe(channelCount);
    read.channels.forEach((channel, c) => {
      expect(channel.length).toBe(chirpFrames);
      expect(snr(stereo[c] ?? [], channel)).toBeGreaterThan(20);
    });
  });

  test("stereo.opus, at Opus's own 48 kHz", async () => {
    const read = await readAll(fixturePath("stereo.opus"));
    expect(read).toMatchObject({ format: "opus", sampleRate: 48000, warnings: [] });
    expect(read.channels[0]?.length).toBe((chirpFrames * 48000) / fixtureRate);
    const seconds = chirpFrames / fixtureRate;
    const expected = Float32Array.from({ length: 24000 }, (_, frame) => {
      const t = frame / 48000;
      return 0.5 * Math.sin(2 * Math.PI * (200 * t + (2800 * t * t) / (2 * seconds)));
    });
    expect(snr(expected, read.channels[0] ?? [])).toBeGreaterThan(20);
  });

  test("an MP3 without a tag keeps the encoder's delay, as nothing tells it", async () => {
    const read = await readAll(fixturePath("untagged.mp3"));
    expect(read.warnings).toEqual([]);
    expect(read.frameCount).toBe(read.channels[0]?.length);
    expect((read.channels[0]?.length ?? 0) % 1152).toBe(0);
    expect(read.channels[0]?.length).toBeGreaterThan(chirpFrames);
  });

  test("peaks above full scale are kept", async () => {
    const mp3 = await readAll(fixturePath("loud.mp3"));
    expect(peak(mp3.channels[0] ?? [])).toBeGreaterThan(1.4);
    const floats = write(folder, "loud.wav", wav([chirp(0, 2.5)], { bits: 32, float: true }));
    expect(peak((await readAll(floats)).channels[0] ?? [])).toBeCloseTo(2.5, 2);
  });
});

describe("5.1 comes in the order L R C LFE SL SR", () => {
  test.each(["surround.flac", "surround.ogg", "surround.opus"])("%s", async (name) => {
    const read = await readAll(fixturePath(name));
    expect(read.sampleRate).toBe(surroundRate);
    expect(read.channels.length).toBe(6);
    read.channels.forEach((channel, c) => {
      expect(channel.length).toBe(surroundFrames);
      const strengths = surroundPitches.map((pitch) => amplitude(channel, pitch, surroundRate));
      expect(strengths.indexOf(Math.max(...strengths))).toBe(c);
      expect(strengths[c]).toBeGreaterThan(0.3);
    });
  });
});

describe("Ogg files of several streams", () => {
  const opus = readFileSync(fixturePath("stereo.opus"));
  const vorbis = readFileSync(fixturePath("stereo.ogg"));

  test("recordings one after the other are one recording", async () => {
    const read = await readAll(write(folder, "chained.opus", Buffer.concat([opus, opus, opus])));
    expect(read.warnings).toEqual([]);
    expect(read.channels[0]?.length).toBe(3 * 24000);
    const twice = await readAll(write(folder, "chained.ogg", Buffer.concat([vorbis, vorbis])));
    expect(twice.channels[1]?.length).toBe(2 * chirpFrames);
    expect(snr(chirp(1), (twice.channels[1] ?? []).slice(chirpFrames))).toBeGreaterThan(20);
  });

  test("Opus's output gain is applied", async () => {
    const bytes = Buffer.from(opus);
    const head = bytes.indexOf("OpusHead");
    bytes.writeInt16LE(-6 * 256, head + 16);
    const pageLength = 28 + 19; // one segment holds the header
    bytes.writeUInt32LE(0, 22);
    bytes.writeUInt32LE(crc32(bytes.subarray(0, pageLength)), 22);
    const quiet = await readAll(write(folder, "gain.opus", bytes));
    const plain = await readAll(fixturePath("stereo.opus"));
    const ratio = peak(quiet.channels[0] ?? []) / peak(plain.channels[0] ?? []);
    expect(20 * Math.log10(ratio)).toBeCloseTo(-6, 2);
  });
});

describe("headers that lie, and damage", () => {
  test.each([
    ["0", 0],
    ["0xFFFFFFFF", 0xffffffff],
    ["2 GB", 0x7fffffff],
  ])("a WAV that declares %s bytes: what is there is used, with a warning", async (_, dataSize) => {
    const short = [chirp(0).subarray(0, 480)];
    const read = await readAll(write(folder, "lying.wav", wav(short, { dataSize })));
    expect(read.channels[0]?.length).toBe(480);
    expect(read.warnings.length).toBe(1);
  });

  test("a WAV that is cut off within a frame", async () => {
    const bytes = wav(stereo).subarray(0, 44 + 1001);
    const read = await readAll(write(folder, "cut.wav", bytes));
    expect(read.channels[0]?.length).toBe(250);
    expect(read.warnings.join()).toMatch(/only 1001 are there.*last 1 bytes/);
  });

  test.each([
    ["stereo.mp3", /of 22050 frames.*cut off/],
    ["untagged.mp3", /cut off/],
    ["stereo.flac", /of 22050 frames.*cut off/],
    ["stereo.oga", /cut off/],
    ["stereo.ogg", /cut off/],
    ["stereo.opus", /cut off/],
    ["surround.opus", /cut off/],
  ])("%s cut off: what decodes is used, with a warning", async (name, warning) => {
    // Vorbis and Ogg FLAC have room for all of this in one page: three recordings in one file give it some more.
    const copies = /\.og[ga]$/.test(name) ? 3 : 1;
    const once = readFileSync(fixturePath(name));
    const whole = Buffer.concat(Array.from({ length: copies }, () => once));
    const { channels } = await readAll(write(folder, `whole-${name}`, whole));
    for (const share of [0.71, 0.9]) {
      const cut = write(folder, name, whole.subarray(0, Math.floor(whole.length * share)));
      const read = await readAll(cut);
      expect(read.warnings.join()).toMatch(warning);
      const frames = read.channels[0]?.length ?? 0;
      expect(frames).toBeGreaterThan((channels[0]?.length ?? 0) * (share - 0.3));
      expect(frames).toBeLessThan(channels[0]?.length ?? 0);
      // Up to the cut it is the same audio, but for the last MP3 frames, which lean on what is gone.
      const same = Math.max(0, frames - 2304);
      expect(peak(difference(channels[0], read.channels[0], same))).toBeLessThan(1e-4);
    }
  });

  test("a damaged stretch in the middle is skipped, with a warning", async () => {
    const bytes = Buffer.from(readFileSync(fixturePath("stereo.mp3")));
    bytes.fill(0x55, bytes.length / 2, bytes.length / 2 + 900);
    const mp3 = await readAll(write(folder, "damaged.mp3", bytes));
    expect(mp3.channels[0]?.length).toBeGreaterThan(chirpFrames / 2);
    expect(mp3.warnings.join()).toMatch(/damaged/);

    const flac = Buffer.from(readFileSync(fixturePath("stereo.flac")));
    flac.fill(0x55, flac.length / 2, flac.length / 2 + 900);
    const read = await readAll(write(folder, "damaged.flac", flac));
    // Silence takes the place of what is lost, so that the rest stays in its own.
    expect(read.channels[0]?.length).toBe(chirpFrames);
    expect(read.warnings.join()).toMatch(/damaged/);

    const ogg = Buffer.from(readFileSync(fixturePath("stereo.opus")));
    ogg.fill(0x55, 6000, 6010);
    const opus = await readAll(write(folder, "damaged.opus", ogg));
    expect(opus.channels[0]?.length).toBeGreaterThan(12000);
    expect(opus.warnings.join()).toMatch(/no whole Ogg page: the file is damaged/);
  });
});

describe("files that cannot be used are named with the reason", () => {
  const silence = (count: number, frames = 100) =>
    Array.from({ length: count }, () => new Float32Array(frames));
  const riff = wav(silence(1));

  test.each<[string, Buffer, string, RegExp]>([
    ["empty", Buffer.alloc(0), "bad-audio", /is empty \(0 bytes\)/],
    ["text", Buffer.from("This is a shopping list.\n".repeat(99)), "bad-audio", /is not audio/],
    ["zeros", Buffer.alloc(5000), "bad-audio", /is not audio/],
    [
      "noise",
      Buffer.from(Array.from({ length: 9999 }, (_, i) => (i * i * 7919) >> 3)),
      "bad-audio",
      /not audio/,
    ],
    ["header only", wav(silence(2, 0)), "bad-audio", /no audio \(0 frames\)/],
    ["9 channels", wav(silence(9)), "bad-audio", /9 channels; 1 to 8/],
    ["0 channels", wav(silence(1), { channelCount: 0 }), "bad-audio", /0 channels/],
    ["3 kHz", wav(silence(1), { sampleRate: 3000 }), "bad-audio", /3000 Hz; 8000 to 192000/],
    ["1 MHz", wav(silence(1), { sampleRate: 1e6 }), "bad-audio", /1000000 Hz; 8000 to 192000/],
    ["no data", riff.subarray(0, 36), "bad-audio", /without a "data" chunk/],
    ["no format", riff.subarray(0, 12), "bad-audio", /without a "fmt " chunk/],
    ["half floats", wav(silence(1), { tag: 3 }), "bad-audio", /16-bit floats/],
    ["RIFX", Buffer.from("RIFX\0\0\0\0WAVE"), "unsupported", /big-endian WAV/],
    ["MP4", Buffer.from("\0\0\0\x20ftypM4A \0\0\0\0"), "unsupported", /MP4/],
    ["AIFF head", Buffer.from("FORM\0\0\0\0AIFF"), "bad-audio", /AIFF.*"COMM"/],
    ["FLAC head", Buffer.from("fLaC\0\0\0\x22"), "bad-audio", /STREAMINFO/],
    ["Ogg head", Buffer.from("OggS\0\x02"), "unsupported", /without Vorbis, Opus or FLAC/],
  ])("%s", async (name, bytes, code, message) => {
    const path = write(folder, `${name.replace(" ", "_")}.wav`, bytes);
    await expect(readAll(path)).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message) as unknown,
    });
    await expect(readAll(path)).rejects.toThrow(path);
  });

  test("a folder, and nothing at all", async () => {
    await expect(readAll(folder)).rejects.toMatchObject({ code: "is-a-directory" });
    await expect(readAll(`${folder}/none.wav`)).rejects.toMatchObject({ code: "file-not-found" });
  });

  test("a single sample is audio", async () => {
    const read = await readAll(write(folder, "one.wav", wav([[0.5]])));
    expect(read.channels).toEqual([Float32Array.of(0.5)]);
  });
});
