// The command line's writers: what is written is read back, by readers that have tests of their own.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { FlacWriter } from "../../../js/cli/write/flac_writer.js";
import { NewFile, removeUnfinished } from "../../../js/cli/write/new_file.js";
import { WavWriter } from "../../../js/cli/write/wav_writer.js";
import { Quantiser } from "../../../js/src/files/quantiser.js";
import type { AudioShape } from "../../../js/src/files/types.js";
import { waveHeader } from "../../../js/src/files/wave.js";
import { chirp, chirpFrames } from "../fixtures/signals.mjs";
import { amplitude, difference, peak, readAll, snr, temporaryFolder, write } from "./support.js";

const folder = temporaryFolder();
const stereo = [chirp(0), chirp(1)];

async function writeStem(name: string, channels: Float32Array[], shape: Partial<AudioShape>) {
  const path = join(folder, name);
  const full = { sampleRate: 44100, channelCount: channels.length, bits: 16 as const, ...shape };
  const writer = await (name.endsWith(".flac") ? FlacWriter : WavWriter).create(path, full);
  // Uneven pieces, so that nothing depends on where they meet.
  const frames = channels[0]?.length ?? 0;
  for (let from = 0; from < frames; from += 9973) {
    await writer.write(channels.map((channel) => channel.subarray(from, from + 9973)));
  }
  await writer.finish();
  await writer.publish();
  await writer.discard();
  return writer;
}

describe("what is written comes back", () => {
  // Dithered 16 bits: noise of half a step (rounding and dither together), 84 dB below this chirp's
  // RMS. 24 bits are only rounded: 137 dB.
  test.each([
    ["a.wav", 16, 83],
    ["a.wav", 24, 135],
    ["a.wav", 32, Number.POSITIVE_INFINITY],
    ["a.flac", 16, 83],
    ["a.flac", 24, 135],
  ] as const)("%s, %i bits", async (name, bits, limit) => {
    await writeStem(name, stereo, { bits });
    const read = await readAll(join(folder, name));
    expect(read).toMatchObject({ sampleRate: 44100, frameCount: chirpFrames, warnings: [] });
    read.channels.forEach((channel, c) => {
      expect(channel.length).toBe(chirpFrames);
      expect(snr(stereo[c] ?? [], channel)).toBeGreaterThanOrEqual(limit);
    });
  });

  test.each(["six.wav", "six.flac"])("%s keeps 6 channels apart", async (name) => {
    const six = Array.from({ length: 6 }, (_, c) => chirp(0, 0.1 * (c + 1)));
    await writeStem(name, six, { sampleRate: 96000, bits: 24 });
    const read = await readAll(join(folder, name));
    expect(read.sampleRate).toBe(96000);
    expect(read.channels.map((channel) => Math.round(peak(channel) * 10))).toEqual([
      1, 2, 3, 4, 5, 6,
    ]);
  });

  test("an odd number of bytes is padded to an even one", async () => {
    await writeStem("odd.wav", [Float32Array.of(0.25)], { bits: 24 });
    const bytes = readFileSync(join(folder, "odd.wav"));
    expect(bytes.length % 2).toBe(0);
    expect(bytes.readUInt32LE(4)).toBe(bytes.length - 8);
    expect((await readAll(join(folder, "odd.wav"))).channels).toEqual([Float32Array.of(0.25)]);
  });

  test("FLAC's STREAMINFO says length and checksum, as libFLAC's own tools write it", async () => {
    await writeStem("info.flac", stereo, { bits: 16 });
    const bytes = readFileSync(join(folder, "info.flac"));
    expect(bytes.readUInt32BE(22)).toBe(chirpFrames);
    expect(bytes.subarray(26, 42).some((byte) => byte !== 0)).toBe(true);
    const [smallest, largest] = [bytes.readUIntBE(12, 3), bytes.readUIntBE(15, 3)];
    expect(smallest).toBeGreaterThan(0);
    expect(largest).toBeGreaterThanOrEqual(smallest);
  });
});

describe("WAV headers", () => {
  test("past 4 GiB it is an RF64 of the same length", async () => {
    const shape = { sampleRate: 192000, channelCount: 8, bits: 32 } as const;
    const frames = 200_000_000; // 6.4 GB
    const [small, large] = [waveHeader(shape, 1), waveHeader(shape, frames)];
    expect(large.length).toBe(small.length);
    const path = write(folder, "rf64.wav", Buffer.concat([large, Buffer.alloc(64)]));
    const read = await readAll(path);
    expect(read.channels.length).toBe(8);
    expect(read.warnings.join()).toContain(`${frames * 32} bytes of audio`);
    const riff = Buffer.from(waveHeader(shape, 134_217_724)); // the last size that a RIFF can say
    expect(riff.toString("latin1", 0, 4)).toBe("RIFF");
    expect(Buffer.from(waveHeader(shape, 134_217_728)).toString("latin1", 0, 4)).toBe("RF64");
  });
});

describe("integers", () => {
  const quantise = (bits: 16 | 24, samples: Float32Array) => {
    const out = new Int32Array(samples.length);
    const quantiser = new Quantiser(bits);
    quantiser.quantise([samples], 0, samples.length, out);
    return { out, clipped: quantiser.clippedSamples };
  };

  test("samples beyond full scale are cut off and counted; full scale itself is not", () => {
    const { out, clipped } = quantise(24, Float32Array.of(1, -1, 1.0001, -3, 0.5));
    expect([...out]).toEqual([8388607, -8388608, 8388607, -8388608, 4194304]);
    expect(clipped).toBe(2);
  });

  test("silence stays silence at 16 bits", () => {
    expect(quantise(16, new Float32Array(1000)).out.every((sample) => sample === 0)).toBe(true);
  });

  test("dither keeps a tone below one step free of distortion", () => {
    // A tone of 0.4 steps would vanish in rounding; with dither it is there with its strength, and
    // its third harmonic is not (both within the noise of so many samples, 0.003 steps).
    const frames = 100_000;
    const tone = Float32Array.from({ length: frames }, (_, i) => {
      return (0.4 / 32768) * Math.sin((2 * Math.PI * 441 * i) / 44100);
    });
    const { out } = quantise(16, tone);
    expect(amplitude(out, 441, 44100)).toBeCloseTo(0.4, 1);
    expect(amplitude(out, 1323, 44100)).toBeLessThan(0.02);
    const error = difference(
      out,
      tone.map((sample) => sample * 32768),
    );
    const rms = Math.hypot(...error.subarray(0, 10_000)) / 100;
    expect(rms).toBeGreaterThan(0.4); // rounding and ±1 triangular dither: sqrt(1/12 + 1/6) = 0.5
    expect(rms).toBeLessThan(0.6);
  });

  test("the same input gives the same integers", () => {
    expect(quantise(16, chirp(0)).out).toEqual(quantise(16, chirp(0)).out);
  });
});

describe("a file appears only when it is complete", () => {
  test("until published the old one stays; discarded, nothing else does", async () => {
    const path = write(folder, "stem.wav", Buffer.from("old"));
    const before = readdirSync(folder);
    const file = await NewFile.create(path);
    await file.append(Buffer.from("new"));
    expect(readFileSync(path, "latin1")).toBe("old");
    await file.discard();
    expect(readFileSync(path, "latin1")).toBe("old");
    expect(readdirSync(folder)).toEqual(before);

    const second = await NewFile.create(path);
    await second.append(Buffer.from("___!"));
    await second.patch(0, Buffer.from("new"));
    await second.complete();
    await second.publish();
    await second.discard();
    expect(readFileSync(path, "latin1")).toBe("new!");
    expect(readdirSync(folder)).toEqual(before);
  });

  test("at the end of the process what is half written goes", async () => {
    const before = readdirSync(folder);
    const file = await NewFile.create(join(folder, "half.wav"));
    await file.append(Buffer.from("half"));
    expect(readdirSync(folder).length).toBe(before.length + 1);
    removeUnfinished();
    expect(readdirSync(folder)).toEqual(before);
    await file.discard();
  });

  test("a folder that is not there is named", async () => {
    const path = join(folder, "none", "stem.wav");
    await expect(NewFile.create(path)).rejects.toMatchObject({ code: "file-not-found" });
    await expect(NewFile.create(path)).rejects.toThrow(path);
  });
});
