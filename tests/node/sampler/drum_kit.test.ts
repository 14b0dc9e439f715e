// Drum kits of rendered drums.

import { sampleDrumKit, sfzFile } from "divisi";
import { expect, test } from "vitest";
import { soundFont } from "../../../js/cli/write/sound_font.js";
import { beat, renderDrums, sound } from "./drums.js";
import { playSfz, playSoundFont } from "./players.js";
import { sampleRate } from "./song.js";

const kit = sampleDrumKit({ sampleRate, channels: [renderDrums(beat)] }, beat);

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
  const audio = { sampleRate, channels: [renderDrums(hits)] };
  const [kick] = sampleDrumKit(audio, hits.slice(0, 1)).regions;
  const seconds = (kick?.channels[0]?.length ?? 0) / sampleRate;
  expect(seconds).toBeGreaterThan(0.15);
  expect((kick?.startSeconds ?? 0) + seconds).toBeLessThan(0.7);
});

test("drums that never sound alone are not in it, and none at all is an error", () => {
  const together = beat.filter(({ seconds }) => seconds < 4);
  const audio = { sampleRate, channels: [renderDrums(together)] };
  expect(sampleDrumKit(audio, together).regions.map(({ pitch }) => pitch)).toEqual([42, 42]);
  const drums = together.filter(({ seconds }) => Math.round((seconds - 0.2) / 0.25) % 2 === 0);
  expect(() => sampleDrumKit({ sampleRate, channels: [renderDrums(drums)] }, drums)).toThrow(
    `none of ${drums.length} drum hits sounds alone`,
  );
});
