// Instruments of rendered songs: what is cut, and that they play the songs' notes.

import { DivisiError, sampleInstrument, sfzFile } from "divisi";
import { expect, test } from "vitest";
import { soundFont } from "../../../js/cli/write/sound_font.js";
import { playSfz, playSoundFont } from "./players.js";
import {
  errorsInCents,
  melody,
  noteOf,
  render,
  sampleRate,
  shareWithin,
  type Timbre,
} from "./song.js";

const bowed: Timbre = {
  tuning: 37,
  decay: 0,
  vibrato: 30,
  partials: [0.6, 0.4, 0.3, 0.2, 0.12, 0.08, 0.05],
};
const plucked: Timbre = { tuning: -22, decay: -24, vibrato: 0, partials: [0.8, 0.5, 0.2, 0.1] };
const bass: Timbre = { tuning: 12, decay: 0, vibrato: 0, partials: [0.4, 0.7, 0.4, 0.3, 0.2] };

const planar = (...channels: Float32Array[]) => ({ sampleRate, channels });

test.each([
  ["bowed, with vibrato, 37 cents high", bowed, 60, true],
  ["plucked, 22 cents low", plucked, 48, false],
  ["bass whose second partial is the strongest", bass, 29, true],
] as const)("%s: plays the song's melody", async (_, timbre, lowest, loops) => {
  const song = melody(lowest, 24, lowest);
  const audio = render(song, timbre);
  const instrument = sampleInstrument(planar(audio), song.map(noteOf));
  expect(instrument.tuningCents).toBeGreaterThan(timbre.tuning - 6);
  expect(instrument.tuningCents).toBeLessThan(timbre.tuning + 6);
  const played = new Set(song.map(({ pitch }) => pitch));
  expect(instrument.regions.length).toBeGreaterThan(played.size / 2);
  for (const { pitch, loop } of instrument.regions) {
    expect(played).toContain(pitch);
    expect(loop !== undefined).toBe(loops);
  }
  const byFont = await playSoundFont(await soundFont(instrument, "test"), song);
  const sounds = new Map(instrument.regions.map(({ name, channels }) => [`${name}.wav`, channels]));
  const bySfz = playSfz(sfzFile(instrument), song, (name) => {
    const [samples] = sounds.get(name) ?? [];
    if (!samples) throw new Error(`${name}: there is no such sound`);
    return samples;
  });
  for (const heard of [byFont, bySfz]) {
    const errors = errorsInCents(heard, song);
    expect(shareWithin(errors, 20)).toBeGreaterThanOrEqual(0.95);
  }
});

const clean = melody(7, 12, 60);

test("a stiff string's pitch is that of its lowest partials", () => {
  // The eighth lies 43 cents above eight times the fundamental.
  const partials = [1, 0.6, 0.5, 0.4, 0.4, 0.3, 0.3, 0.3];
  const audio = render(clean, { ...plucked, tuning: 0, stiffness: 0.0008, partials });
  const { regions } = sampleInstrument(planar(audio), clean.map(noteOf));
  for (const { cents } of regions) {
    expect(cents).toBeGreaterThan(-1);
    expect(cents).toBeLessThan(6);
  }
});

test("stereo stays stereo, in the file of the font too", async () => {
  const [left, right] = [render(clean, bowed), render(clean, bowed, 2).map((each) => each / 2)];
  const instrument = sampleInstrument(planar(left, right), clean.map(noteOf));
  for (const { channels } of instrument.regions) expect(channels.length).toBe(2);
  const heard = await playSoundFont(await soundFont(instrument, "stereo"), clean);
  expect(shareWithin(errorsInCents(heard, clean), 20)).toBeGreaterThanOrEqual(0.95);
});

test("notes in chords, of another pitch than they are told to be, or of noise are not taken", () => {
  // A chord, a note told an octave high, one told a semitone low, and nothing but noise.
  const chord = [50, 54, 57].map((pitch) => ({ pitch, start: 0.5, end: 1.5 }));
  const alone = { pitch: 64, start: 5, end: 6 };
  const song = [
    ...chord,
    { pitch: 55, start: 2, end: 2.8 },
    { pitch: 60, start: 3, end: 3.8 },
    alone,
  ];
  const audio = render(song, { ...bowed, tuning: 0 });
  const told = [
    ...chord,
    { pitch: 67, start: 2, end: 2.8 },
    { pitch: 59, start: 3, end: 3.8 },
    { pitch: 72, start: 4, end: 4.8 },
    alone,
  ];
  const { regions } = sampleInstrument(planar(audio), told.map(noteOf));
  expect(regions.map(({ pitch }) => pitch)).toEqual([64]);
  expect(regions[0]).toMatchObject({ lowestKey: 0, highestKey: 127, name: "64-e4" });
});

test("sounds begin at their onsets and end before the next note", () => {
  const song = melody(3, 10, 60);
  // Told 30 ms late.
  const late = song.map((each) => ({ ...each, start: each.start + 0.03 }));
  const { regions } = sampleInstrument(planar(render(song, bowed)), late.map(noteOf), {
    loop: "never",
  });
  const rests = song.filter(({ start }, index) => start - (song[index - 1]?.end ?? 0) > 0.1);
  let found = 0;
  for (const { startSeconds, channels } of regions) {
    const seconds = (channels[0]?.length ?? 0) / sampleRate;
    const next = song.find(({ start }) => start > startSeconds + 0.1)?.start ?? 1e9;
    expect(startSeconds + seconds).toBeLessThan(next + 0.001);
    // After a rest, to 10 ms; the note is audible within the first milliseconds.
    const own = rests.find(({ start }) => Math.abs(start - startSeconds) < 0.1);
    if (!own) continue;
    found++;
    expect(Math.abs(own.start - startSeconds)).toBeLessThan(0.01);
    for (const channel of channels) {
      expect(Math.abs(channel[0] as number)).toBeLessThan(0.001);
      expect(Math.abs(channel.at(-1) as number)).toBeLessThan(0.001);
    }
  }
  expect(found).toBeGreaterThan(1);
});

test("a loop has no seam: its second round sounds as its first", () => {
  const instrument = sampleInstrument(planar(render(clean, bowed)), clean.map(noteOf));
  for (const { channels, loop } of instrument.regions) {
    if (!loop) throw new Error("no loop");
    const samples = channels[0] as Float32Array;
    const steps = (from: number, to: number) =>
      Array.from({ length: to - from }, (_, i) =>
        Math.abs((samples[from + i + 1] as number) - (samples[from + i] as number)),
      ).reduce((a, b) => Math.max(a, b));
    const seam = Math.abs((samples[loop.start] as number) - (samples[loop.end - 1] as number));
    expect(seam).toBeLessThanOrEqual(1.1 * steps(loop.start, loop.end - 1));
    expect(loop.end).toBeLessThan(samples.length);
  }
});

test("a note sounds as loud as it was, with its own velocity", async () => {
  const song = [100, 70].map((velocity, index) => {
    return { pitch: 60 + 12 * index, start: 0.3 + index, end: 1 + index, velocity };
  });
  const audio = render(song, { ...bowed, vibrato: 0 });
  const heard = await playSoundFont(
    await soundFont(sampleInstrument(planar(audio), song.map(noteOf)), "levels"),
    song,
  );
  const level = (samples: Float32Array, { start, end }: { start: number; end: number }) => {
    const part = samples.subarray((start + 0.1) * sampleRate, (end - 0.1) * sampleRate);
    return 10 * Math.log10(part.reduce((sum, each) => sum + each ** 2, 0) / part.length);
  };
  const [loud, soft] = song.map((note) => level(heard, note) - level(audio, note));
  expect(Math.abs((loud as number) - (soft as number))).toBeLessThan(1);
});

test("what cannot be sampled is told", () => {
  const noise = planar(render([], bowed).subarray(0, 20000));
  expect(() => sampleInstrument(noise, [])).toThrow("none of 0 notes sounds alone and clean");
  const note = noteOf({ pitch: 60, start: 0, end: 0.3 });
  expect(() => sampleInstrument(noise, [note])).toThrow("none of 1 notes");
  const always = { loop: "always" } as unknown as { loop: "auto" };
  expect(() => sampleInstrument(noise, [], always)).toThrow("loop: expected one of auto, never");
  expect(() => sampleInstrument(noise, [], { maxSeconds: 31 })).toThrow("maxSeconds: expected");
  // Far beyond the audio.
  expect(() => sampleInstrument(noise, [{ ...note, startSeconds: 90, endSeconds: 95 }])).toThrow(
    DivisiError,
  );
});
