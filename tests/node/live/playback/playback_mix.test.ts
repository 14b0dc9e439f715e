// What a player hears: the mix, stems, and the way from one to the other, anywhere in a song.
import { beforeEach, describe, expect, test } from "vitest";
import { PlaybackMix } from "../../../../js/src/live/playback/playback_mix.js";

const frameCount = 10_000;
const chunkEnds = [3000, 6000, 9000, 10_000];
const fadeFrames = 100;

/** The mix is the frame's number; the stems are parts of it that add up. */
const mixAt = (frame: number) => frame + 1;
const samples = (begin: number, end: number, part: number) =>
  Float32Array.from({ length: end - begin }, (_, i) => part * mixAt(begin + i));
const stems = (begin: number, end: number) => [
  [samples(begin, end, 0.25)],
  [samples(begin, end, 0.75)],
];

let mix: PlaybackMix;
beforeEach(() => {
  mix = new PlaybackMix({ channelCount: 1, stemCount: 2, frameCount, chunkEnds, fadeFrames });
  for (let begin = 0; begin < frameCount; begin += 4096) {
    mix.addMix(begin, [samples(begin, Math.min(begin + 4096, frameCount), 1)]);
  }
});

interface Heard {
  readonly frame: number;
  readonly stems: readonly number[];
  readonly mix: number;
}

/** Fills `count` frames in pieces of `size`. */
function hear(count: number, size = 333): Heard[] {
  const heard: Heard[] = [];
  const out = [0, 1, 2].map(() => new Float32Array(size));
  while (heard.length < count) {
    const filled = mix.fill(out, Math.min(size, count - heard.length));
    if (filled === 0) break;
    for (let i = 0; i < filled; i++) {
      const [first, second, whole] = out.map((channel) => channel[i] as number);
      heard.push({
        frame: mix.position - filled + i,
        stems: [first as number, second as number],
        mix: whole as number,
      });
    }
  }
  return heard;
}

const sum = ({ stems, mix }: Heard) => mix + stems.reduce((total, stem) => total + stem, 0);
/** How much of a frame is stems. */
const blend = (heard: Heard) => 1 - heard.mix / mixAt(heard.frame);

function expectWhole(heard: Heard[]): void {
  const wrong = heard.filter((each) => Math.abs(sum(each) / mixAt(each.frame) - 1) > 1e-5);
  expect(wrong).toEqual([]);
}

test("without stems it is the mix, from beginning to end", () => {
  const heard = hear(2 * frameCount);
  expect(heard.map(({ frame }) => frame)).toEqual([...Array(frameCount).keys()]);
  expectWhole(heard);
  expect(heard.every((each) => blend(each) === 0)).toBe(true);
  expect([mix.ended, mix.mixed]).toEqual([true, true]);
});

test("ready stems are heard exactly, from where one goes to", () => {
  mix.addStems(0, stems(0, 3000));
  mix.addStems(3000, stems(3000, frameCount));
  mix.seek(1234);
  const heard = hear(frameCount);
  expect(heard[0]?.frame).toBe(1234);
  expect(heard.at(-1)?.frame).toBe(frameCount - 1);
  const wrong = heard.filter(
    ({ frame, stems, mix }) =>
      mix !== 0 || stems[0] !== 0.25 * mixAt(frame) || stems[1] !== 0.75 * mixAt(frame),
  );
  expect(wrong).toEqual([]);
  expect(mix.mixed).toBe(false);
});

test.each([1, 64, 1000])(
  "crosses over to stems and back without a step, in pieces of %i",
  (size) => {
    const heard = hear(500, size);
    mix.addStems(0, stems(0, 3000));
    mix.addStems(6000, stems(6000, 9000));
    heard.push(...hear(frameCount, size));
    expectWhole(heard);
    const blends = heard.map(blend);
    const step = Math.max(...blends.slice(1).map((b, i) => Math.abs(b - (blends[i] as number))));
    expect(step).toBeLessThan(1.01 / fadeFrames);
    // All of it where there is room; nothing of it where there are no stems.
    expect(blends[499]).toBe(0);
    expect(blends.slice(605, 2895).every((b) => b === 1)).toBe(true);
    expect(blends.slice(3000, 6000).every((b) => b === 0)).toBe(true);
    expect(blends.slice(6105, 8895).every((b) => b === 1)).toBe(true);
    expect(blends[9000]).toBe(0);
  },
);

test("a chunk counts when all of it is there, and is gone when it is dropped", () => {
  mix.addStems(0, stems(0, 1500));
  expect(mix.isReady(0)).toBe(false);
  // Given up half way and begun again.
  mix.addStems(0, stems(0, 1000));
  expect(mix.isReady(0)).toBe(false);
  mix.addStems(1000, stems(1000, 4000));
  expect([mix.isReady(0), mix.isReady(1)]).toEqual([true, false]);
  mix.drop(0);
  expect(mix.isReady(0)).toBe(false);
  expectWhole(hear(frameCount));
});

describe("a loop", () => {
  test("comes round, also where it is shorter than a fade", () => {
    mix.loop = { begin: 2950, end: 3020 };
    mix.seek(2900);
    mix.addStems(0, stems(0, 3000));
    const heard = hear(400);
    const want = Array.from({ length: 400 }, (_, i) =>
      i < 50 ? 2900 + i : 2950 + ((i - 50) % 70),
    );
    expect(heard.map(({ frame }) => frame)).toEqual(want);
    expectWhole(heard);
    // Its end has no stems, so none may be at work there.
    expect(heard.filter((each) => each.frame >= 3000 && blend(each) > 0)).toEqual([]);
    expect(mix.ended).toBe(false);
  });

  test("of the whole song never ends, and does for one who is past it", () => {
    mix.loop = { begin: 0, end: frameCount };
    mix.seek(9990);
    expect(hear(20).map(({ frame }) => frame)).toEqual([
      ...Array.from({ length: 10 }, (_, i) => 9990 + i),
      ...Array(10).keys(),
    ]);
    mix.loop = { begin: 0, end: 500 };
    mix.seek(9990);
    expect(hear(20).length).toBe(10);
    expect(mix.ended).toBe(true);
  });
});

test("waits for what of the song has not come in yet", () => {
  const part = new PlaybackMix({
    channelCount: 1,
    stemCount: 2,
    frameCount,
    chunkEnds,
    fadeFrames,
  });
  const out = [0, 1, 2].map(() => new Float32Array(500));
  expect(part.fill(out, 500)).toBe(0);
  part.addMix(0, [samples(0, 600, 1)]);
  expect([part.fill(out, 500), part.fill(out, 500), part.fill(out, 500)]).toEqual([500, 100, 0]);
  expect(part.ended).toBe(false);
  part.addMix(600, [samples(600, 1000, 1)]);
  expect(part.fill(out, 500)).toBe(400);
  expect(out[2]?.[0]).toBe(mixAt(600));
});

describe("other chunks", () => {
  test("keep the stems that make a whole one of them, and drop the rest", () => {
    mix.addStems(0, stems(0, 6000));
    mix.chunkEnds = [2000, 5000, 8000, 10_000];
    expect([0, 1, 2, 3].map((chunk) => mix.isReady(chunk))).toEqual([true, true, false, false]);
    mix.seek(0);
    const heard = hear(10_000);
    expectWhole(heard);
    // Without a break at the new chunks' borders, and over to the mix at the last one's end.
    for (const each of heard.slice(0, 4800)) expect(each.mix).toBe(0);
    expect(blend(heard[5000] as Heard)).toBeCloseTo(0, 5);
  });

  test("change nothing of what is heard", () => {
    mix.addStems(0, stems(0, 3000));
    mix.addStems(3000, stems(3000, 6000));
    mix.seek(0);
    const before = hear(2500);
    mix.chunkEnds = [1000, 6000, 10_000];
    expect(mix.position).toBe(2500);
    const after = hear(2500);
    for (const each of [...before, ...after]) expect(each.mix).toBe(0);
    expectWhole([...before, ...after]);
  });
});

describe("stems that are read", () => {
  test("are copies, across chunks", () => {
    mix.addStems(0, stems(0, 6000));
    const read = mix.read(2900, 3100);
    expect(read?.map((channel) => [...channel])).toEqual(
      stems(2900, 3100).map(([channel]) => [...(channel ?? [])]),
    );
    read?.[0]?.fill(0);
    mix.seek(2900);
    expectWhole(hear(200));
  });

  test("are none where some of them are missing", () => {
    mix.addStems(0, stems(0, 3000));
    mix.addStems(3000, stems(3000, 5000));
    expect(mix.read(0, 3000)).toBeDefined();
    expect(mix.read(0, 3001)).toBeUndefined();
    expect(mix.read(7000, 7001)).toBeUndefined();
  });
});
