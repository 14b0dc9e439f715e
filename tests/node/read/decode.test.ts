// decode in Node, where there is no browser's decoder, and what it makes of headers.
import { readFileSync } from "node:fs";
import { decode } from "divisi";
import { ByteReader, blobSource, findStart, statedRate } from "divisi/readers";
import { describe, expect, test } from "vitest";
import { fixturePath, wav } from "../cli/support.js";
import expected from "../fixtures/odd/expected.json" with { type: "json" };
import { chirp, chirpFrames } from "../fixtures/signals.mjs";

const file = (name: string) => new File([readFileSync(fixturePath(name))], name);

describe("decode in Node", () => {
  test("reads what divisi reads, as another decoder has it", async () => {
    const { channels, ...rest } = await decode(file("odd/rate96000.flac"));
    expect(rest).toEqual({
      decoder: "divisi",
      format: "flac",
      sampleRate: 96000,
      fileRate: 96000,
      warnings: [],
      complete: true,
    });
    const truth = expected["rate96000.flac"];
    expect(channels.map(({ length }) => length)).toEqual([truth.frames, truth.frames]);
    // Seven digits are written down.
    truth.every100.forEach((sample, i) => {
      expect(Math.abs((channels[1]?.[i * 100] ?? Number.NaN) - sample)).toBeLessThan(1e-7);
    });
  });

  test("says what a file is that it does not read", async () => {
    for (const [name, what] of [
      ["odd/aac.m4a", /^odd\/aac\.m4a: is an MP4 .* file, which is read in pages/],
      [
        "stereo.mp3",
        /^stereo\.mp3: is an MP3 file, which is read in pages and by the command line only$/,
      ],
      [
        "stereo.ogg",
        /^stereo\.ogg: is an Ogg file, which is read in pages and by the command line only$/,
      ],
    ] as const) {
      await expect(decode(file(name))).rejects.toMatchObject({
        code: "unsupported",
        message: expect.stringMatching(what) as unknown,
      });
    }
  });

  test("believes no header about memory", async () => {
    // STREAMINFO's length of 2^36 - 1 frames.
    const bytes = readFileSync(fixturePath("stereo.flac"));
    bytes[21] = (bytes[21] ?? 0) | 0xf;
    bytes.fill(0xff, 22, 26);
    const { channels, warnings } = await decode(new Blob([bytes]));
    expect(channels[0]?.length).toBe(chirpFrames);
    expect(warnings.join()).toMatch(/22050 of 68719476735 frames/);
  });

  test("reads a song that is longer than its header says", async () => {
    const half = chirpFrames / 2;
    const [first, second] = [0, half].map((from) =>
      wav([chirp(0), chirp(1)].map((channel) => channel.slice(from, from + half))),
    ) as [Buffer, Buffer];
    const { channels } = await decode(
      new Blob([first, second.subarray(36)].map((part) => new Uint8Array(part))),
    );
    expect(channels.map(({ length }) => length)).toEqual([chirpFrames, chirpFrames]);
  });
});

describe("the rate of what browsers decode", () => {
  // As ffprobe has it; Opus decodes at 48 kHz whatever was encoded.
  test.each([
    ["stereo.mp3", 44100],
    ["odd/rate48000.mp3", 48000],
    ["odd/layer2.mp2", 44100],
    ["stereo.ogg", 44100],
    ["surround.ogg", 48000],
    ["stereo.opus", 48000],
    ["stereo.oga", 44100],
    ["odd/aac.m4a", 44100],
    ["odd/rate48000.m4a", 48000],
    ["odd/rate96000.m4a", 96000],
  ])("%s: %i Hz", async (name, rate) => {
    const reader = new ByteReader(name, blobSource(file(name)));
    expect(await statedRate(reader, await findStart(reader))).toBe(rate);
  });
});
