// `divisi transcribe --drums`, as a process, on a beat whose hits are known.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseMidi } from "midi-file";
import { expect, test } from "vitest";
import { tinyModel } from "../../suite/tiny_model.js";
import { cli } from "./process.js";
import { temporaryFolder, wav, write } from "./support.js";

const folder = temporaryFolder();
const rate = 44100;

/** Kicks on whole seconds and snares between: sines that fall, and noise. */
const beat = new Float32Array(8 * rate);
let state = 1;
for (let place = 0; place < 15; place++) {
  const first = Math.round((place / 2 + 0.1) * rate);
  for (let n = 0; n < 0.4 * rate; n++) {
    const time = n / rate;
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const hiss = state / 2 ** 31 - 1;
    const kick = Math.sin(2 * Math.PI * (50 * time - 5 * Math.exp(-30 * time)));
    const snare =
      Math.sin(2 * Math.PI * 190 * time) * Math.exp(-25 * time) + hiss * Math.exp(-20 * time);
    beat[first + n] = place % 2 === 0 ? 0.8 * kick * Math.exp(-12 * time) : 0.4 * snare;
  }
}
write(folder, "beat.wav", wav([beat], { sampleRate: rate }));
write(folder, "silence.wav", wav([new Float32Array(rate)], { sampleRate: rate }));
write(folder, "words.wav", Buffer.from("some words"));

const near = (times: readonly number[], place: number) =>
  times.some((time) => Math.abs(time - place / 2 - 0.1) < 0.05);
const places = Array.from({ length: 15 }, (_, place) => place);

test("MIDI on channel 10 is written and told; what fails is told on standard error", async () => {
  const files = ["beat.wav", "words.wav", "silence.wav"];
  const args = ["transcribe", "--drums", "-o", "midi", ...files];
  const { code, stdout, stderr } = await cli(args, folder);
  expect(code).toBe(1);
  expect(stderr).toMatch(/words\.wav: is not audio/);
  const lines = stdout.split("\n");
  expect(lines[0]).toMatch(/^beat\.wav: 0:08 of wav, 44100 Hz, 1 channel, in /);
  expect(lines[1]).toMatch(/^ {2}drums {5}.*\b\d+ kick/);
  expect(lines[2]).toBe(`  ${join("midi", "beat", "drums.mid")}`);
  expect(lines[4]).toBe("  drums     none");
  const { header, tracks } = parseMidi(readFileSync(join(folder, "midi/beat/drums.mid")));
  const times = new Map<number, number[]>();
  let tick = 0;
  for (const event of tracks[0] ?? []) {
    tick += event.deltaTime;
    if (event.type !== "noteOn") continue;
    expect(event.channel).toBe(9);
    const of = times.get(event.noteNumber) ?? [];
    times.set(event.noteNumber, of);
    // At 120 beats a minute.
    of.push(tick / (header.ticksPerBeat ?? 1) / 2);
  }
  const right = places.filter((place) => near(times.get(place % 2 === 0 ? 36 : 38) ?? [], place));
  expect(right.length).toBeGreaterThanOrEqual(13);
});

test("the document has hits, and more with more sensitivity", async () => {
  const hits = async (...args: string[]) => {
    const { code, stdout } = await cli(["transcribe", "--drums", "--json", ...args], folder);
    expect(code).toBe(0);
    const document = JSON.parse(stdout);
    expect(document).toMatchObject({ version: 1, command: "transcribe", model: "drums" });
    expect(document.files[0].path).toBeUndefined();
    return document.files[0].hits as { seconds: number; instrument: string; velocity: number }[];
  };
  const usual = await hits("beat.wav");
  for (const instrument of ["kick", "snare"]) {
    const times = usual.filter((hit) => hit.instrument === instrument).map((hit) => hit.seconds);
    const own = places.filter((place) => (place % 2 === 0) === (instrument === "kick"));
    expect(own.filter((place) => near(times, place)).length).toBeGreaterThanOrEqual(6);
  }
  expect((await hits("--sensitivity", "1", "beat.wav")).length).toBeGreaterThan(usual.length);
});

test("CSV", async () => {
  const args = ["transcribe", "--drums", "--format", "csv", "-o", "csv", "beat.wav"];
  expect((await cli(args, folder)).code).toBe(0);
  const lines = readFileSync(join(folder, "csv/beat/drums.csv"), "utf8").trim().split("\r\n");
  expect(lines[0]).toBe("seconds,instrument,note,velocity,confidence");
  expect(lines[1]).toMatch(/^0\.\d{6},[a-z-]+,\d+,\d+,0\.\d{6}$/);
});

test("--stems hears the stem of drums so, on channel 10 of the song", async () => {
  const separator = write(
    folder,
    "drummer.safetensors",
    tinyModel({ gains: { drums: 0.75, other: 0.25 } }),
  );
  const args = ["transcribe", "--stems", "--separator", separator, "--json", "-o", "songs"];
  const { code, stdout } = await cli([...args, "beat.wav"], folder);
  expect(code).toBe(0);
  const [{ parts, paths }] = JSON.parse(stdout).files;
  expect(parts).toEqual([
    { name: "drums", hits: expect.any(Number) },
    { name: "other", notes: expect.any(Number) },
  ]);
  const [, drums = [], other = []] = parseMidi(readFileSync(join(folder, paths[0]))).tracks;
  expect(drums.some((event) => event.type === "trackName" && event.text === "drums")).toBe(true);
  const struck = drums.flatMap((event) => (event.type === "noteOn" ? [event] : []));
  expect(struck).toHaveLength(parts[0].hits);
  expect(struck.every(({ channel }) => channel === 9)).toBe(true);
  for (const note of [36, 38]) {
    expect(struck.filter(({ noteNumber }) => noteNumber === note).length).toBeGreaterThanOrEqual(6);
  }
  expect(other.some((event) => event.type === "noteOn" && event.channel === 9)).toBe(false);
});
