// The demo's mono-to-stereo export, on real music split by the real model.
import { Separator } from "divisi";
import { beforeAll, describe, expect, it } from "vitest";
import { openAudioFile } from "../../../js/cli/read/open_audio_file.js";
import { Decorrelator } from "../../../web-demo/src/export/decorrelator.js";
import { LevelFinder, StereoField } from "../../../web-demo/src/export/stereo.js";
import { readClip } from "../../golden/golden_input.mjs";
import { difference, fixturePath, peak, snr } from "../../node/cli/support.js";

interface Song {
  readonly sampleRate: number;
  readonly mono: Float32Array;
  readonly stems: ReadonlyMap<string, readonly Float32Array[]>;
}

const songs = new Map<string, Song>();

beforeAll(async () => {
  const separator = await Separator.create({ model: "spleeter-2stems" });
  const split = async (name: string, mono: Float32Array, sampleRate = 44100) => {
    const { stems } = await separator.separate({ sampleRate, channels: [mono] });
    songs.set(name, { sampleRate, mono, stems: new Map(Object.entries(stems)) });
  };
  const [left, right] = readClip() as [Float32Array, Float32Array];
  const clip = left.map((value, i) => (value + (right[i] as number)) / 2);
  await split("rock band", clip);
  await split("sung sample", await readMono(fixturePath("../../../sample/song.ogg"), 12));
  // As loud as records are mastered: peaks at full scale, many of them.
  const loudest = peak(clip);
  await split(
    "loud record",
    clip.map((value) => Math.max(-0.999, Math.min(0.999, (2.5 * value) / loudest))),
  );
  separator.close();
});

async function readMono(path: string, seconds: number): Promise<Float32Array> {
  const source = await openAudioFile(path);
  const frames = seconds * source.sampleRate;
  const mono = new Float32Array(frames);
  let at = 0;
  for await (const block of source.blocks) {
    const count = Math.min(block[0]?.length ?? 0, frames - at);
    for (const samples of block) {
      for (let i = 0; i < count; i++) {
        mono[at + i] = (mono[at + i] as number) + (samples[i] as number) / block.length;
      }
    }
    at += count;
    if (at === frames) break;
  }
  await source.close();
  return mono;
}

/** Everything but the voice. */
const spreadOf = (song: Song) => [...song.stems.keys()].filter((name) => name !== "vocals");

function levelOf(song: Song, width: number): number {
  const finder = new LevelFinder(song.sampleRate, spreadOf(song), width);
  finder.process(song.stems);
  return finder.level;
}

/** Through the field in uneven pieces, as long as the song. */
function place(song: Song, width: number): [Float32Array, Float32Array] {
  const level = levelOf(song, width);
  const field = new StereoField(song.sampleRate, spreadOf(song), width, level);
  const frames = song.mono.length;
  const result = [new Float32Array(frames), new Float32Array(frames)] as const;
  let written = -field.delay;
  const feed = (stems: ReadonlyMap<string, readonly Float32Array[]>) => {
    const pair = field.process(stems);
    const skip = Math.max(0, -written);
    pair.forEach((samples, channel) => {
      result[channel as 0 | 1].set(samples.subarray(skip), Math.max(0, written));
    });
    written += pair[0]?.length ?? 0;
  };
  for (let at = 0; at < frames; at += 30_011) {
    const end = Math.min(frames, at + 30_011);
    feed(new Map([...song.stems].map(([name, all]) => [name, all.map((s) => s.slice(at, end))])));
  }
  feed(new Map([...song.stems.keys()].map((name) => [name, [new Float32Array(field.delay)]])));
  return [...result];
}

const middle = (left: Float32Array, right: Float32Array) =>
  left.map((value, i) => (value + (right[i] as number)) / 2);

const power = (samples: ArrayLike<number>) =>
  Array.from(samples).reduce((sum, value) => sum + value * value, 0);

function correlation(a: Float32Array, b: Float32Array): number {
  const product = a.reduce((sum, value, i) => sum + value * (b[i] as number), 0);
  return product / Math.sqrt(power(a) * power(b));
}

describe.each(["rock band", "sung sample", "loud record"])("mono to stereo: %s", (name) => {
  const song = () => songs.get(name) as Song;

  // The issue asks for -40 dB. Float32 rounding of the stems and of both channels leaves -120 dB.
  it.each([0, 0.5, 1])("sums to the input at width %s", (width) => {
    const [left, right] = place(song(), width);
    const level = levelOf(song(), width);
    const input = song().mono.map((value) => value * level);
    expect(snr(input, middle(left, right))).toBeGreaterThan(110);
  });

  it("never goes beyond full scale", () => {
    const [left, right] = place(song(), 1);
    const loudest = Math.max(0.9999, peak(song().mono));
    expect(Math.max(peak(left), peak(right))).toBeLessThanOrEqual(loudest + 1e-6);
  });

  it("gets wider with the width, and is mono at 0", () => {
    const [alike, half, whole] = [0, 0.5, 1].map((width) => {
      const [left, right] = place(song(), width);
      return correlation(left, right);
    }) as [number, number, number];
    expect(alike).toBeCloseTo(1, 6);
    expect(half).toBeLessThan(0.97);
    expect(whole).toBeLessThan(half - 0.05);
    // Channels against each other would sound hollow.
    expect(whole).toBeGreaterThan(-0.2);
  });

  it("leans to neither side", () => {
    const [left, right] = place(song(), 1);
    // 2 dB: a louder side by 3 dB is heard as a shifted image.
    expect(Math.abs(10 * Math.log10(power(left) / power(right)))).toBeLessThan(2);
  });
});

describe("the stereo field", () => {
  it("leaves the level as it is, but for records without room for any width", () => {
    const level = (name: string, width: number) => levelOf(songs.get(name) as Song, width);
    for (const name of ["rock band", "sung sample"]) {
      expect([0, 0.5, 1].map((width) => level(name, width))).toEqual([1, 1, 1]);
    }
    expect(level("loud record", 0)).toBe(1);
    expect(level("loud record", 0.5)).toBeLessThan(0.9);
    expect(level("loud record", 1)).toBe(0.5);
  });

  it("keeps in the middle what is not to spread", () => {
    const { sampleRate, mono } = songs.get("sung sample") as Song;
    const silence = new Float32Array(mono.length);
    const stems = new Map([
      ["vocals", [mono]],
      ["accompaniment", [silence]],
    ]);
    const [left, right] = place({ sampleRate, mono, stems }, 1);
    expect(peak(difference(left, right))).toBe(0);
  });

  it("leaves the sides as they are where there is room", () => {
    const { sampleRate, mono, stems } = songs.get("rock band") as Song;
    const quiet = new Map(
      [...stems].map(([stem, all]) => [stem, all.map((s) => s.map((v) => v / 8))]),
    );
    const loud = place({ sampleRate, mono, stems: quiet }, 0.5);
    const expected = Float64Array.from(quiet.get("accompaniment")?.[0] ?? [], (v) => v / 2);
    new Decorrelator(sampleRate).process(expected);
    const side = difference(loud[0], loud[1]).map((value) => value / 2);
    expect(snr(expected, side)).toBeGreaterThan(100);
  });

  // Power of both channels together against the mono sound, in thirds of an octave.
  it("keeps the colour of the sound", () => {
    const sampleRate = 44100;
    for (let hz = 315; hz < 14_000; hz *= 2 ** (1 / 3)) {
      const tone = Float32Array.from(
        { length: sampleRate / 2 },
        (_, i) => 0.3 * Math.sin((2 * Math.PI * hz * i) / sampleRate),
      );
      const [left, right] = place(
        { sampleRate, mono: tone, stems: new Map([["accompaniment", [tone]]]) },
        1,
      );
      const inner = (samples: Float32Array) => power(samples.subarray(8192, 20_480));
      const gain = 10 * Math.log10((inner(left) + inner(right)) / (4 * inner(tone)));
      expect(Math.abs(gain), `${Math.round(hz)} Hz`).toBeLessThan(0.5);
    }
  });
});
