// The files that the demo makes, read back by decoders that are not the encoders'.
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Separator } from "divisi";
import { beforeAll, describe, expect, it } from "vitest";
import { loadFlacLibrary } from "../../../js/cli/write/flac_writer.js";
import { makeFiles } from "../../../web-demo/src/export/make_files.js";
import type { ExportRequest, FileContent } from "../../../web-demo/src/export/types.js";
import { BlobStemStore } from "../../../web-demo/src/songs/stem_store.js";
import { readClip } from "../../golden/golden_input.mjs";
import { readAll, snr, temporaryFolder } from "../../node/cli/support.js";

const folder = temporaryFolder();
const sampleRate = 44100;
const clip = readClip() as [Float32Array, Float32Array];
let store: BlobStemStore;
let stems: Readonly<Record<string, readonly Float32Array[]>>;

beforeAll(async () => {
  const separator = await Separator.create({ model: "spleeter-2stems" });
  const audio = { sampleRate, channels: clip };
  stems = (await separator.separate(audio)).stems;
  store = new BlobStemStore({
    sampleRate,
    channelCount: 2,
    frameCount: clip[0].length,
    stems: separator.stems,
    blocks: [],
  });
  for await (const block of separator.stream(audio)) store.add(block);
  separator.close();
});

async function make(request: Omit<ExportRequest, "stems">) {
  const shares: number[] = [];
  const result = await makeFiles(
    { ...request, stems: store.stored },
    { loadFlacLibrary, onProgress: (share) => shares.push(share) },
  );
  expect(shares.at(-1)).toBeCloseTo(1, 6);
  const path = join(folder, result.name);
  writeFileSync(path, new Uint8Array(await result.blob.arrayBuffer()));
  return { ...result, path };
}

const only = (...names: string[]): FileContent => ({ kind: "stems", stems: names });
const field = (width: number, central: string[]): FileContent => ({
  kind: "stereo",
  width,
  central,
});

describe("a stem as a file", () => {
  // Dithered 16 bits leave noise at -92 dB of full scale; the stems lie at -15 to -20 dB.
  it.each([
    ["wav", 16, 65],
    ["wav", 24, 115],
    ["wav", 32, Number.POSITIVE_INFINITY],
    ["flac", 16, 65],
    ["flac", 24, 115],
  ] as const)("%s of %s bits is what separate() gives", async (format, bits, atLeast) => {
    for (const name of ["vocals", "accompaniment"]) {
      const file = `${name}-${bits}.${format}`;
      const { path } = await make({ files: [{ name: file, content: only(name) }], format, bits });
      const read = await readAll(path);
      expect(read.warnings).toEqual([]);
      expect(read).toMatchObject({ sampleRate, frameCount: clip[0].length });
      for (const [channel, samples] of (stems[name] ?? []).entries()) {
        const ratio = snr(samples, read.channels[channel] ?? []);
        expect(ratio).toBeGreaterThanOrEqual(atLeast);
      }
    }
  });
});

describe("the backing track", () => {
  it("is the song without the stem", async () => {
    const files = [{ name: "without vocals.wav", content: only("accompaniment") }];
    const { path } = await make({ files, format: "wav", bits: 32 });
    const { channels } = await readAll(path);
    for (const [c, mix] of clip.entries()) {
      const without = mix.map((value, i) => value - (stems.vocals?.[c]?.[i] as number));
      // Float32 rounding.
      expect(snr(without, channels[c] ?? [])).toBeGreaterThan(120);
    }
  });

  it("without nothing is the song", async () => {
    const files = [{ name: "song.wav", content: only("vocals", "accompaniment") }];
    const { path } = await make({ files, format: "wav", bits: 32 });
    const { channels } = await readAll(path);
    for (const [c, mix] of clip.entries()) expect(snr(mix, channels[c] ?? [])).toBeGreaterThan(120);
  });
});

describe("mono to stereo as a file", () => {
  it.each([
    ["flac", 24, 90],
    ["wav", 16, 60],
  ] as const)("%s of %s bits sums to the song", async (format, bits, atLeast) => {
    const files = [{ name: `stereo.${format}`, content: field(0.6, ["vocals"]) }];
    const { path, level, clippedSamples } = await make({ files, format, bits });
    const { channels } = await readAll(path);
    const [left, right] = channels as [Float32Array, Float32Array];
    expect(left).toHaveLength(clip[0].length);
    const mono = clip[0].map((value, i) => (value + (clip[1][i] as number)) / 2);
    const sum = left.map((value, i) => (value + (right[i] as number)) / 2);
    // The issue asks for 40 dB; quantisation sets the limit.
    expect(snr(mono, sum)).toBeGreaterThan(atLeast);
    expect(snr(left, right)).toBeLessThan(15);
    expect({ level, clippedSamples }).toEqual({ level: 1, clippedSamples: 0 });
  });
});

describe("the stems in the middle of the field", () => {
  it("are those that were chosen", async () => {
    const side = async (central: string[]) => {
      const file = { name: `middle ${central.length}.wav`, content: field(1, central) };
      const { path } = await make({ files: [file], format: "wav", bits: 32 });
      const [left, right] = (await readAll(path)).channels as [Float32Array, Float32Array];
      return left.map((value, i) => (value - (right[i] as number)) / 2);
    };
    expect((await side(["vocals", "accompaniment"])).every((value) => value === 0)).toBe(true);
    const energy = (samples: Float32Array) => samples.reduce((sum, x) => sum + x * x, 0);
    const [none, one] = [energy(await side([])), energy(await side(["accompaniment"]))];
    expect(one).toBeGreaterThan(0);
    expect(none).toBeGreaterThan(1.2 * one);
  });
});

describe("an archive", () => {
  it("is unpacked by Python to the very files", async () => {
    const content = { "Café – vocals.wav": only("vocals"), "rest.wav": only("accompaniment") };
    const files = Object.entries(content).map(([name, stem]) => ({ name, content: stem }));
    const options = { format: "wav", bits: 16 } as const;
    const { path, blob } = await make({ files, ...options, archive: "stems.zip" });
    expect(blob.type).toBe("application/zip");
    execFileSync("python3", ["-m", "zipfile", "-e", path, join(folder, "unpacked")]);
    for (const file of files) {
      const alone = await make({ files: [file], ...options });
      const [a, b] = await Promise.all([
        readAll(join(folder, "unpacked", file.name)),
        readAll(alone.path),
      ]);
      expect(a.channels).toEqual(b.channels);
    }
  });
});

describe("what cannot be made", () => {
  it("float as FLAC is refused", async () => {
    const files = [{ name: "a.flac", content: only("vocals") }];
    await expect(make({ files, format: "flac", bits: 32 })).rejects.toMatchObject({
      code: "bad-option",
    });
  });
});
