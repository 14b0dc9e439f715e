// MIDI files, read back: where their beats, bars, chords and keys lie in seconds.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { AnalysisResult } from "divisi";
import { parseMidi } from "midi-file";
import { describe, expect, test } from "vitest";
import { analysisFiles } from "../../../../js/cli/write/analysis/analysis_files.js";
import { cli } from "../process.js";
import { fixturePath, temporaryFolder } from "../support.js";
import { beatsAt, chord, keyPart, song } from "./support.js";

function midiOf(result: AnalysisResult): Uint8Array {
  const files = analysisFiles(result, "midi", { file: "song.flac", version: "1.2.3" });
  expect(files.map(({ name }) => name)).toEqual(["analysis.mid"]);
  return files[0]?.bytes ?? new Uint8Array();
}

/** A file as a sequencer understands it. */
function read(bytes: Uint8Array) {
  const { header, tracks } = parseMidi(bytes);
  const [track = [], ...others] = tracks;
  expect([header.format, others.length, track.at(-1)?.type]).toEqual([0, 0, "endOfTrack"]);
  const resolution = header.ticksPerBeat ?? Number.NaN;
  const tempos: { tick: number; seconds: number; perTick: number }[] = [];
  const secondsAt = (tick: number) => {
    const tempo = tempos.findLast((each) => each.tick <= tick);
    if (!tempo) throw new Error(`no tempo at tick ${tick}`);
    return tempo.seconds + (tick - tempo.tick) * tempo.perTick;
  };
  const signatures: { tick: number; text: string; length: number }[] = [];
  const markers: [text: string, seconds: number][] = [];
  const keys: [sharps: number, minor: number, seconds: number][] = [];
  let tick = 0;
  for (const event of track) {
    tick += event.deltaTime;
    if (event.type === "setTempo") {
      const seconds = tick === 0 ? 0 : secondsAt(tick);
      tempos.push({ tick, seconds, perTick: event.microsecondsPerBeat / 1e6 / resolution });
    } else if (event.type === "timeSignature") {
      const { numerator, denominator } = event;
      const length = (numerator * 4 * resolution) / denominator;
      signatures.push({ tick, text: `${numerator}/${denominator}`, length });
    } else if (event.type === "marker") {
      markers.push([event.text, secondsAt(tick)]);
    } else if (event.type === "keySignature") {
      keys.push([event.key, event.scale, secondsAt(tick)]);
    } else {
      expect(event.type).toBe("endOfTrack");
    }
  }
  /** Where bars begin, whose changes must lie on their lines. */
  const bars: number[] = [];
  for (const [index, { tick: start, length }] of signatures.entries()) {
    const end = signatures[index + 1]?.tick ?? tick;
    for (let bar = start; bar < end; bar += length) bars.push(bar);
    if (index + 1 < signatures.length) expect((end - start) % length).toBe(0);
  }
  return {
    resolution,
    end: secondsAt(tick),
    tempos,
    signatures: signatures.map(({ text }) => text),
    bars: bars.map(secondsAt),
    markers,
    keys,
    secondsAt,
    tickAt: (seconds: number) => {
      const tempo = tempos.findLast((each) => each.seconds <= seconds + exact / 2);
      if (!tempo) throw new Error(`no tempo at ${seconds} s`);
      return tempo.tick + Math.round((seconds - tempo.seconds) / tempo.perTick);
    },
  };
}

const milliseconds = (seconds: number | undefined) => Math.round((seconds ?? Number.NaN) * 1000);

/** Seconds. The tempo is stated in whole microseconds a beat, and there may be some before the first. */
const exact = 1e-4;

/** That each beat is a multiple of the resolution from the first one, and each downbeat begins a bar. */
function checkBeats({ beats }: AnalysisResult, file: ReturnType<typeof read>): void {
  const found = beats?.beats ?? [];
  const first = file.tickAt(found[0]?.seconds ?? 0);
  for (const [index, { seconds, number }] of found.entries()) {
    const written = file.secondsAt(first + index * file.resolution);
    expect(Math.abs(written - seconds)).toBeLessThan(exact);
    // At the start of the audio a bar begins in any case.
    if (seconds === 0) continue;
    const nearest = Math.min(...file.bars.map((bar) => Math.abs(bar - seconds)));
    expect([index, nearest < exact]).toEqual([index, number === 1]);
  }
}

describe("a file", () => {
  test("is, byte by byte, what the standard says", () => {
    const bytes = midiOf({ durationSeconds: 1, beats: beatsAt([0, 0.5], [1, 2]) });
    expect(Buffer.from(bytes).toString("hex")).toBe(
      "4d546864" +
        "00000006" +
        "0000" +
        "0001" +
        "03c0" + // MThd: format 0, 1 track, 960 ticks
        "4d54726b" +
        "00000014" + // MTrk: 20 bytes
        "00ff58040402" +
        "1808" + // at 0: 4/4
        "00ff510307a120" + // at 0: 500000 µs
        "8f00ff2f00", // 1920 ticks later: the end
    );
  });

  test("has beats, chords, sections and keys where the song has them", () => {
    const file = read(midiOf(song));
    checkBeats(song, file);
    expect(file.signatures).toEqual(["4/4"]);
    // Of those at one time, sections come first.
    const markers = [
      ["A verse", 0],
      ["N", 0],
      ["A:min7", 1.2],
      ["B", 6],
      ["D#:maj/3", 6],
    ] as const;
    expect(file.markers.map(([label]) => label)).toEqual(markers.map(([label]) => label));
    for (const [index, [, seconds]] of file.markers.entries()) {
      expect(Math.abs(seconds - (markers[index]?.[1] ?? 0))).toBeLessThan(5e-4);
    }
    // A minor; D# major, which has nine sharps, as E flat major.
    expect(file.keys.map(([sharps, minor, at]) => [sharps, minor, milliseconds(at)])).toEqual([
      [0, 1, 0],
      [-3, 0, 6000],
    ]);
    expect(milliseconds(file.end)).toBe(12000);
  });

  test.each([
    // The first beat's time and number, and the signatures: what is left over, then bars.
    [0, 1, ["4/4"]],
    [0, 4, ["1/4", "4/4"]],
    [0.01, 1, ["1/64", "4/4"]],
    [0.11, 1, ["1/16", "4/4"]],
    [0.13, 3, ["9/16", "4/4"]],
    [0.3, 2, ["7/8", "4/4"]],
    [0.4, 1, ["1/4", "4/4"]],
    [0.72, 1, ["1/4", "4/4"]],
    [0.6, 4, ["2/4", "4/4"]],
    [1.1, 3, ["4/4"]],
    [63.2, 1, ["2/4", "4/4"]],
  ])("begins with the audio: first beat at %d s, number %d", (start, number, signatures) => {
    const times = Array.from({ length: 12 }, (_, n) => start + n / 2);
    const numbers = times.map((_, n) => 1 + ((number - 1 + n) % 4));
    const result = { durationSeconds: start + 7, beats: beatsAt(times, numbers) };
    const file = read(midiOf(result));
    checkBeats(result, file);
    expect(file.signatures).toEqual(signatures);
    expect(file.bars[0]).toBe(0);
    // Nobody can play from a file that starts ten times as fast.
    const perBeat = (file.tempos[0]?.perTick ?? 0) * file.resolution;
    expect(perBeat).toBeGreaterThan(start === 0.01 ? 0.1 : 0.5 / 1.51);
    expect(perBeat).toBeLessThan(0.5 * 1.51);
  });

  test("follows bars of other lengths", () => {
    const numbers = [2, 1, 2, 3, 1, 2, 3, 1, 2, 3, 4, 5, 1, 2];
    const beats = beatsAt(
      numbers.map((_, n) => 0.4 + 0.4 * n),
      numbers,
    );
    const result = { durationSeconds: 7, beats };
    const file = read(midiOf(result));
    checkBeats(result, file);
    expect(file.signatures).toEqual(["2/4", "3/4", "5/4"]);
  });

  test("has chords at their times without beats, at 120 a minute", () => {
    const chords = { chords: [chord("G:7", 0, 3.3), chord("C:maj", 3.3, 5)], tuningCents: 0 };
    for (const beats of [undefined, { ...beatsAt([], []), tempo: undefined, beatsPerBar: 0 }]) {
      const result = { durationSeconds: 5, chords, ...(beats && { beats }) };
      const { markers, signatures, tempos, end } = read(midiOf(result));
      expect(markers.map(([label, at]) => [label, milliseconds(at)])).toEqual([
        ["G:7", 0],
        ["C:maj", 3300],
      ]);
      expect([signatures.length, tempos.length, milliseconds(end)]).toEqual([0, 1, 5000]);
    }
  });

  test("has each key with the signature of the circle of fifths", () => {
    const tonics = ["C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B"];
    const signaturesOf = (mode: "major" | "minor") => {
      const parts = tonics.map((tonic, n) => keyPart(tonic, mode, n, n + 1));
      const key = { key: parts[0], parts, tuningCents: 0, tuningConfidence: 1 };
      return read(midiOf({ durationSeconds: 12, key })).keys.map(([sharps]) => sharps);
    };
    expect(signaturesOf("major")).toEqual([0, -5, 2, -3, 4, -1, 6, 1, -4, 3, -2, 5]);
    expect(signaturesOf("minor")).toEqual([-3, 4, -1, 6, 1, -4, 3, -2, 5, 0, -5, 2]);
  });

  test("of two hours takes no time, and drifts nowhere", () => {
    const times = Array.from({ length: 15000 }, (_, n) => 0.3 + n * 0.48 + 0.0037 * Math.sin(n));
    const result = {
      durationSeconds: 7205,
      beats: beatsAt(
        times,
        times.map((_, n) => 1 + (n % 4)),
      ),
    };
    const start = performance.now();
    const bytes = midiOf(result);
    expect(performance.now() - start).toBeLessThan(5000);
    const { tempos } = read(bytes);
    expect(tempos).toHaveLength(15000);
    expect(Math.abs((tempos.at(-1)?.seconds ?? 0) - (times.at(-2) ?? 0))).toBeLessThan(1e-5);
  });
});

test("divisi analyse --format midi writes one with the beats of --json", async () => {
  const folder = temporaryFolder();
  const sample = fixturePath("../../../sample/song.ogg");
  const { code, stdout, stderr } = await cli(
    ["analyse", "--json", "--format", "midi", "-o", "midi", sample],
    folder,
  );
  expect([code, stderr]).toEqual([0, ""]);
  const [result] = (JSON.parse(stdout) as { files: (AnalysisResult & { paths: string[] })[] })
    .files;
  if (!result) throw new Error("no result");
  expect(result.paths).toEqual([join("midi", "song", "analysis.mid")]);
  const file = read(readFileSync(join(folder, result.paths[0] ?? "")));
  checkBeats(result, file);
  const sections = (result.sections?.sections ?? []).map(({ startSeconds, label, name }) => ({
    startSeconds,
    label: name === undefined ? label : `${label} ${name}`,
  }));
  const markers = [...sections, ...(result.chords?.chords ?? [])].sort(
    (a, b) => a.startSeconds - b.startSeconds,
  );
  expect(file.markers.map(([label]) => label)).toEqual(markers.map(({ label }) => label));
});
