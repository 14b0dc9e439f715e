// Drum kits of rendered drums.

import { sampleDrumKit, sfzFile } from "divisi";
import { expect, test } from "vitest";
import { soundFont } from "../../../js/cli/write/sound_font.js";
import { playSfz, playSoundFont } from "./players.js";
import { numbers, sampleRate } from "./song.js";

interface Struck {
  readonly seconds: number;
  readonly instrument: string;
  readonly note: number;
  readonly velocity: number;
}

/** A falling sine, noise, and short noise. */
function sound(note: number, velocity: number): Float32Array {
  const random = numbers(note);
  const level = 0.6 * (velocity / 127) ** 2;
  const length = note === 42 ? 0.08 : 0.3;
  return Float32Array.from({ length: length * sampleRate }, (_, i) => {
    const seconds = i / sampleRate;
    const wave =
      note === 36
        ? Math.sin(2 * Math.PI * (60 * seconds - 2 * Math.exp(-40 * seconds)))
        : 2 * random() - 1;
    return level * wave * Math.exp((-6 * seconds) / length);
  });
}

function render(hits: readonly Struck[]): Float32Array {
  const song = new Float32Array(9 * sampleRate);
  for (const { seconds, note, velocity } of hits) {
    const from = Math.round(seconds * sampleRate);
    sound(note, velocity).forEach((sample, i) => {
      song[from + i] = (song[from + i] ?? 0) + sample;
    });
  }
  return song;
}

const names = new Map([
  [36, "kick"],
  [38, "snare"],
  [42, "closed-hat"],
]);
/** A rock beat: hats in eighths; of these every other one with a kick or snare. */
const beat: Struck[] = Array.from({ length: 32 }, (_, eighth) => {
  const hat = { note: 42, velocity: eighth % 4 === 1 ? 70 : 100 };
  const drum = eighth % 4 === 0 ? 36 : eighth % 4 === 2 ? 38 : undefined;
  const all = drum === undefined ? [hat] : eighth < 16 ? [{ note: drum, velocity: 110 }, hat] : [];
  // (In the second half drums sound alone, and softer.)
  if (drum !== undefined && eighth >= 16)
    all.push({ note: drum, velocity: eighth < 24 ? 80 : 110 });
  return all.map((each) => ({
    seconds: 0.2 + eighth * 0.25,
    instrument: names.get(each.note) ?? "",
    ...each,
  }));
}).flat();

const kit = sampleDrumKit({ sampleRate, channels: [render(beat)] }, beat);

test("each drum is cut where it sounds alone, soft and hard", () => {
  const found = kit.regions.map(({ name, lowestVelocity, highestVelocity }) => {
    return [name, lowestVelocity, highestVelocity];
  });
  expect(found).toEqual([
    ["36-kick-1", 1, 95],
    ["36-kick-2", 96, 127],
    ["38-snare-1", 1, 95],
    ["38-snare-2", 96, 127],
    ["42-closed-hat-1", 1, 85],
    ["42-closed-hat-2", 86, 127],
  ]);
  for (const { startSeconds, pitch } of kit.regions) {
    if (pitch !== 42) expect(startSeconds).toBeGreaterThan(0.1 + 16 * 0.25);
  }
});

/** Each drum alone; General MIDI's channel for drums is the tenth. */
const single = kit.regions.map(({ pitch, highestVelocity }, index) => {
  return {
    pitch,
    velocity: highestVelocity === 127 ? 110 : 80,
    start: 0.2 + index,
    end: 0.21 + index,
  };
});

/** How alike a part of what is heard is to a drum, at the best of the shifts about it. */
function alike(heard: Float32Array, start: number, expected: Float32Array): number {
  let best = 0;
  for (let shift = -400; shift <= 400; shift++) {
    let [ab, aa, bb] = [0, 0, 0];
    for (let i = 0; i < 3000; i++) {
      const a = heard[Math.round(start * sampleRate) + shift + i] ?? 0;
      const b = expected[i] as number;
      ab += a * b;
      aa += a * a;
      bb += b * b;
    }
    best = Math.max(best, ab / Math.sqrt(aa * bb || 1));
  }
  return best;
}

test("its files play the drums, to their ends", async () => {
  const font = await playSoundFont(await soundFont(kit, "kit"), single, 9);
  const sfz = playSfz(sfzFile(kit), single, (name) => {
    const region = kit.regions.find((each) => `${each.name}.wav` === name);
    if (!region) throw new Error(`${name}: there is no such sound`);
    return region.channels[0] as Float32Array;
  });
  for (const heard of [font, sfz]) {
    for (const { pitch, start, velocity } of single) {
      expect(alike(heard, start, sound(pitch, velocity))).toBeGreaterThan(0.9);
    }
  }
});

test("a stroke that isn't told isn't part of the one before", () => {
  const hits = [
    { seconds: 0.5, instrument: "kick", note: 36, velocity: 110 },
    { seconds: 0.7, instrument: "snare", note: 38, velocity: 110 },
  ];
  const audio = { sampleRate, channels: [render(hits)] };
  const [kick] = sampleDrumKit(audio, hits.slice(0, 1)).regions;
  const seconds = (kick?.channels[0]?.length ?? 0) / sampleRate;
  expect(seconds).toBeGreaterThan(0.15);
  expect((kick?.startSeconds ?? 0) + seconds).toBeLessThan(0.7);
});

test("drums that never sound alone are not in it, and none at all is an error", () => {
  const together = beat.filter(({ seconds }) => seconds < 4);
  const audio = { sampleRate, channels: [render(together)] };
  expect(sampleDrumKit(audio, together).regions.map(({ pitch }) => pitch)).toEqual([42, 42]);
  const drums = together.filter(({ seconds }) => Math.round((seconds - 0.2) / 0.25) % 2 === 0);
  expect(() => sampleDrumKit({ sampleRate, channels: [render(drums)] }, drums)).toThrow(
    `none of ${drums.length} drum hits sounds alone`,
  );
});
