// Damaged files of every format, from a fixed seed: each is read or refused with a DivisiError, in
// finite time and without more audio than it can hold.
import { readFileSync } from "node:fs";
import { DivisiError } from "divisi";
import { expect, test } from "vitest";
import { crc32 } from "../../../js/cli/read/ogg/ogg_pages.js";
import { chirp } from "../fixtures/signals.mjs";
import { fixturePath, readAll, temporaryFolder, wav, write } from "./support.js";

const folder = temporaryFolder();
const rounds = Number(process.env.DIVISI_FUZZ_ROUNDS ?? 24);

/** Numerical Recipes' generator: the same damage in every run. */
function randomBelow(seed: number) {
  let state = seed;
  return (limit: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}

function damaged(whole: Buffer, random: (limit: number) => number): Buffer {
  const bytes = Buffer.from(whole);
  // Headers come first and are worth more damage than the rest.
  const place = () => random(random(2) === 0 ? 200 : bytes.length);
  const from = place();
  const to = Math.min(bytes.length, from + random(2000));
  switch (random(4)) {
    case 0:
      return bytes.subarray(0, random(bytes.length));
    case 1:
      return Buffer.concat([bytes.subarray(0, from), bytes.subarray(to)]);
    case 2:
      return bytes.fill(random(256), from, to);
    default:
      for (let i = 0; i < 8; i++) bytes[place()] = random(256);
      return bytes;
  }
}

/** Makes the checksums of all Ogg pages right again, so that the decoders get to see the damage. */
function withChecksums(bytes: Buffer): Buffer {
  for (let at = bytes.indexOf("OggS"); at >= 0; ) {
    const next = bytes.indexOf("OggS", at + 4);
    const page = bytes.subarray(at, next < 0 ? bytes.length : next);
    if (page.length >= 27) {
      page.writeUInt32LE(0, 22);
      page.writeUInt32LE(crc32(page), 22);
    }
    at = next;
  }
  return bytes;
}

test.each([
  "stereo.mp3",
  "untagged.mp3",
  "stereo.ogg",
  "stereo.opus",
  "surround.opus",
  "stereo.flac",
  "stereo.oga",
  "wav",
])("%s", async (name) => {
  // Vorbis's headers are most of so short a file: three recordings in one leave some audio.
  const copies = name.endsWith(".ogg") ? 3 : 1;
  const whole =
    name === "wav"
      ? wav([chirp(0)], { extraChunks: true })
      : Buffer.concat(Array.from({ length: copies }, () => readFileSync(fixturePath(name))));
  const random = randomBelow(whole.length);
  let usable = 0;
  for (let round = 0; round < rounds; round++) {
    let bytes = damaged(whole, random);
    if (/\.o/.test(name) && round % 2 === 0) bytes = withChecksums(bytes);
    const path = write(folder, `${round}-${name}`, bytes);
    try {
      const { channels } = await readAll(path);
      usable += 1;
      expect(channels[0]?.length).toBeLessThan(200_000);
    } catch (error) {
      expect(error).toBeInstanceOf(DivisiError);
      expect((error as Error).message).toContain(path);
    }
  }
  expect(usable).toBeGreaterThan(0);
});
