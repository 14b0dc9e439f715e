// `divisi transcribe --stems`, as a process, on the bundled song, whose key, tempo and singing are known.

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type MidiEvent, parseMidi } from "midi-file";
import { expect, test } from "vitest";
import { convert } from "../../support/musescore.js";
import { cli } from "./process.js";
import { temporaryFolder, wav, write } from "./support.js";

const folder = temporaryFolder();
const sample = (name: string) => fileURLToPath(new URL(`../../../sample/${name}`, import.meta.url));
const truth = JSON.parse(readFileSync(sample("truth.json"), "utf8"));
write(folder, "words.wav", Buffer.from("some words"));
write(folder, "silence.wav", wav([new Float32Array(22050)], { sampleRate: 22050 }));

interface Placed {
  readonly tick: number;
  readonly seconds: number;
  readonly event: MidiEvent;
}

/** The events of each track, by the tempos of the first. */
function read(path: string): { ticksPerBeat: number; tracks: Placed[][] } {
  const { header, tracks } = parseMidi(readFileSync(path));
  const ticksPerBeat = header.ticksPerBeat ?? 1;
  const tempos: { tick: number; seconds: number; beat: number }[] = [];
  const secondsAt = (tick: number) => {
    const last = tempos.findLast((tempo) => tempo.tick <= tick);
    return last ? last.seconds + ((tick - last.tick) / ticksPerBeat) * last.beat : 0;
  };
  return {
    ticksPerBeat,
    tracks: tracks.map((track) => {
      let tick = 0;
      return track.map((event) => {
        tick += event.deltaTime;
        const seconds = secondsAt(tick);
        if (event.type === "setTempo") {
          tempos.push({ tick, seconds, beat: event.microsecondsPerBeat / 1e6 });
        }
        return { tick, seconds, event };
      });
    }),
  };
}

const median = (values: readonly number[]) =>
  [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
/** Pitch classes of G major. */
const scale = [0, 2, 4, 6, 7, 9, 11];

test("a song becomes one file: beats, and a track for each stem", async () => {
  const args = ["transcribe", "--stems", "--grid", "4", "--json", "-o", "scores"];
  const files = ["words.wav", sample("song.ogg")];
  const { code, stdout } = await cli([...args, ...files], folder);
  expect(code).toBe(1);
  const { files: told } = JSON.parse(stdout);
  expect(told[0].error.message).toMatch(/words\.wav.*is not audio/);
  expect(existsSync(join(folder, "scores", "words"))).toBe(false);
  expect(told[1].parts.map(({ name }: { name: string }) => name)).toEqual([
    "vocals",
    "accompaniment",
    "drums",
  ]);
  const [path, sheet] = ["song.mid", "melody.musicxml"].map((name) => join("scores", "song", name));
  expect(told[1].paths).toEqual([path, sheet]);

  const { ticksPerBeat, tracks } = read(join(folder, "scores", "song", "song.mid"));
  const [conductor = [], vocals = [], accompaniment = [], drums = []] = tracks;
  const tempos = conductor.flatMap(({ event }) =>
    event.type === "setTempo" ? [6e7 / event.microsecondsPerBeat] : [],
  );
  expect(Math.abs(median(tempos) / truth.tempoBpm - 1)).toBeLessThan(0.03);
  const on = (track: readonly Placed[]) =>
    track.flatMap(({ tick, seconds, event }) =>
      event.type === "noteOn" ? [{ tick, seconds, pitch: event.noteNumber }] : [],
    );
  // On a grid, notes of one pitch that were close may have become one.
  for (const [index, track] of [vocals, accompaniment].entries()) {
    expect(on(track).length).toBeLessThanOrEqual(told[1].parts[index].notes);
    expect(on(track).length).toBeGreaterThan(0.8 * told[1].parts[index].notes);
  }

  // Somebody sings, in G major, when the truth says so; the singer's doubles make one voice.
  const sung = on(vocals);
  expect(sung.length).toBeGreaterThan(20);
  const inTime = sung.filter(
    ({ seconds }) => seconds > truth.voiceStartSeconds - 0.5 && seconds < 26,
  );
  expect(inTime.length / sung.length).toBeGreaterThan(0.9);
  const inKey = sung.filter(({ pitch }) => scale.includes(pitch % 12));
  expect(inKey.length / sung.length).toBeGreaterThan(0.8);
  let sounding = 0;
  for (const { event } of vocals) {
    if (event.type === "noteOn") sounding += 1;
    if (event.type === "noteOff") sounding -= 1;
    expect(sounding).toBeLessThanOrEqual(1);
  }

  // As sheet music: an independent program plays the same notes of it, in bars of four.
  const page = readFileSync(join(folder, String(sheet)));
  const { tracks: pages } = parseMidi(convert(page, "musicxml", "mid"));
  const written = pages.flat().filter((event) => event.type === "noteOn" && event.velocity > 0);
  expect(written.map((event) => event.type === "noteOn" && event.noteNumber)).toEqual(
    sung.map(({ pitch }) => pitch),
  );
  expect(page.toString()).toMatch(/<beats>4<.beats>/);
  expect(page.toString()).toMatch(/<root-step>G</);

  expect(on(accompaniment).length).toBeGreaterThan(100);
  const first = conductor.find(
    ({ event }) => event.type === "timeSignature" && event.numerator > 1,
  );
  // Drums without a stem of their own are heard in the accompaniment: a kick on more beats than not.
  const struck = on(drums);
  expect(told[1].parts[2].hits).toBeGreaterThanOrEqual(struck.length);
  expect(new Set(drums.map(({ event }) => "channel" in event && event.channel))).toContain(9);
  const kicks = struck.filter(({ pitch }) => pitch === 36).length;
  expect(kicks).toBeGreaterThan(20);
  for (const { tick } of [...sung, ...on(accompaniment), ...struck]) {
    const off = ((tick - (first?.tick ?? 0)) * 4) / ticksPerBeat;
    expect(Math.abs(off - Math.round(off))).toBeLessThan(0.02);
  }
});

test("silence is a song without notes, and the screen says so", async () => {
  const { code, stdout, stderr } = await cli(["transcribe", "--stems", "silence.wav"], folder);
  expect([code, stderr]).toEqual([0, ""]);
  expect(stdout).toMatch(/notes {5}vocals 0, accompaniment 0, drums 0\n.*song\.mid\n$/);
  expect(read(join(folder, "out", "silence", "song.mid")).tracks).toHaveLength(4);
});

test.each([
  [["--stems", "-"], /read once/],
  [["--stems", "--bends", "a.wav"], /--stems/],
  [["--stems", "--format", "csv", "a.wav"], /--stems/],
  [["--grid", "4", "a.wav"], /--grid needs --stems/],
  [["--separator", "x", "a.wav"], /--separator needs --stems/],
  [["--stems", "--grid", "0", "a.wav"], /--grid "0"/],
  [["--stems", "--grid", "13", "a.wav"], /--grid "13"/],
])("%j is refused", async (args, message) => {
  const { code, stderr } = await cli(["transcribe", ...args], folder);
  expect(code).not.toBe(0);
  expect(stderr).toMatch(message);
});
