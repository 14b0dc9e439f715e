/** Lead sheets, as MuseScore opens them: what it plays of them, and what it writes of them itself. */

import { type AnalysisResult, type Chord, leadSheet, type Note, scoreFile } from "divisi";
import { parseMidi } from "midi-file";
import { describe, expect, test } from "vitest";
import { convert } from "../../support/musescore.js";

const firstBeat = 0.7;
const beatSeconds = 0.5;

/** @param first the number of the first beat in its bar. */
function analysisOf(beatsPerBar: number, count: number, more: object = {}, first = 1) {
  const beats = Array.from({ length: count }, (_, n) => ({
    seconds: firstBeat + beatSeconds * n,
    number: ((n + first - 1) % beatsPerBar) + 1,
    tempo: 60 / beatSeconds,
    confidence: 1,
    energyDb: -20,
  }));
  const result: AnalysisResult = {
    durationSeconds: firstBeat + beatSeconds * count,
    beats: { beats, tempo: 120, tempoConfidence: 1, beatsPerBar },
    ...more,
  };
  return result;
}

/** [pitch, from, to], in beats of the song. */
type Written = readonly [pitch: number, from: number, to: number];

/** As people sing: up to 0.02 beats off. */
const sung = (notes: readonly Written[]): Note[] =>
  notes.map(([pitch, from, to], n) => ({
    startSeconds: firstBeat + beatSeconds * (from + 0.02 * Math.sin(5 * n)),
    endSeconds: firstBeat + beatSeconds * (to + 0.02 * Math.sin(3 * n)),
    pitch,
    velocity: 80,
    confidence: 0.9,
    bends: new Float32Array(10),
  }));

/** The notes that MuseScore plays of a sheet: pitch, from and to in quarters of the page. */
function played(xml: string): Written[] {
  const { header, tracks } = parseMidi(convert(xml, "musicxml", "mid"));
  const perQuarter = header.ticksPerBeat ?? 1;
  const notes: Written[] = [];
  const begun = new Map<number, number>();
  for (const track of tracks) {
    let tick = 0;
    for (const event of track) {
      tick += event.deltaTime;
      if (event.type === "noteOn" && event.velocity > 0) begun.set(event.noteNumber, tick);
      else if (event.type === "noteOff" || event.type === "noteOn") {
        const from = begun.get(event.noteNumber) ?? Number.NaN;
        notes.push([event.noteNumber, from / perQuarter, tick / perQuarter]);
      }
    }
  }
  return notes.sort((a, b) => a[1] - b[1]);
}

/** MuseScore plays notes a little short. */
function expectPlayed(xml: string, expected: readonly Written[]): void {
  const heard = played(xml);
  expect(heard.map(([pitch]) => pitch)).toEqual(expected.map(([pitch]) => pitch));
  for (const [index, [, from, to]] of expected.entries()) {
    const [, start, end] = heard[index] as Written;
    expect(start).toBeCloseTo(from, 2);
    expect(Math.abs(end - to)).toBeLessThanOrEqual(0.05 * (to - from) + 0.01);
  }
}

/** The texts of an element, in their order. */
const textsOf = (xml: string, name: string) =>
  [...xml.matchAll(new RegExp(`<${name}[^>]*>([^<]*)</${name}>`, "g"))].map(([, text]) => text);

const chord = (startBeat: number, label: string, root: string, quality: string, bass = root) =>
  ({
    startSeconds: firstBeat + beatSeconds * startBeat,
    endSeconds: firstBeat + beatSeconds * (startBeat + 2),
    label,
    root,
    quality,
    bass,
    confidence: 1,
  }) satisfies Chord;

describe("a lead sheet in 4/4", () => {
  const melody: readonly Written[] = [
    [62, 0, 1],
    [66, 1, 1.5],
    [68, 1.5, 3], // over the middle of the bar
    [69, 3.75, 4.5], // over the bar line
    [70, 4.5, 4.75],
    [74, 8, 13], // longer than a bar
  ];
  const xml = leadSheet(
    analysisOf(4, 24, {
      key: {
        parts: [{ startSeconds: 0, endSeconds: 13, tonic: "D", mode: "major" }],
        key: undefined,
        tuningCents: 0,
        tuningConfidence: 1,
      },
      chords: {
        tuningCents: 0,
        chords: [
          chord(0, "D:maj", "D", "maj"),
          chord(2, "A:7/3", "A", "7", "C#"),
          { startSeconds: 4, endSeconds: 5, label: "N", confidence: 1 },
          chord(10, "A#:min7", "A#", "min7"),
        ],
      },
    }),
    sung(melody),
    { title: 'Sung & "written"', name: "Voice" },
  );

  test("plays what was sung, on the grid", () => expectPlayed(xml, melody));

  test("says what it is to a program that reads it", () => {
    const read = convert(xml, "musicxml", "musicxml").toString();
    expect(read).toContain("Sung &amp; &quot;written&quot;");
    expect(textsOf(read, "part-name")).toEqual(["Voice"]);
    expect(textsOf(read, "fifths")).toEqual(["2"]);
    expect(textsOf(read, "beats")).toEqual(["4"]);
    expect(textsOf(read, "per-minute")).toEqual(["120"]);
    expect(textsOf(read, "sign")).toEqual(["G"]);
    expect(textsOf(read, "root-step")).toEqual(["D", "A", "B"]);
    expect(textsOf(read, "kind")).toEqual(["major", "dominant", "minor-seventh"]);
    expect(textsOf(read, "bass-step")).toEqual(["C"]);
    // G# and Bb, which are foreign to D major.
    expect(textsOf(read, "accidental")).toEqual(["sharp", "flat"]);
    // To the last note's end.
    expect(read.match(/<measure /g)).toHaveLength(6);
  });

  test("names every element once", () => {
    const ids = [...xml.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);
    // The part has its name in the list of parts, and where it is written.
    expect(new Set(ids).size).toBe(ids.length - 1);
    expect(ids).not.toContain("");
  });
});

test("a song that begins within a bar, and notes before its first beat", () => {
  const notes: readonly Written[] = [
    [60, 0, 1],
    [62, 1, 3],
  ];
  // Beats 3 and 4 of a bar of four are a pick-up.
  const pickUp = leadSheet(analysisOf(4, 10, {}, 3), sung(notes));
  expectPlayed(pickUp, notes);
  expect(pickUp).toContain('number="0" implicit="yes"');
  const early = leadSheet(analysisOf(4, 12), sung([[59, -1, -0.5], ...notes]));
  expectPlayed(early, [
    [59, 3, 3.5],
    [60, 4, 5],
    [62, 5, 7],
  ]);
});

test("beats in three parts are dotted quarters", () => {
  const thirds = Array.from({ length: 12 }, (_, n): Written => [60 + n, n / 3, (n + 1) / 3]);
  const xml = leadSheet(analysisOf(2, 8), sung(thirds));
  expect(textsOf(xml, "beats")).toEqual(["6"]);
  expect(textsOf(xml, "beat-type")).toEqual(["8"]);
  expectPlayed(
    xml,
    thirds.map(([pitch, from, to]): Written => [pitch, 1.5 * from, 1.5 * to]),
  );
});

test("a shuffle is written even, and told", () => {
  const shuffled = Array.from({ length: 24 }, (_, n): Written => {
    const at = (m: number) => Math.floor(m / 2) + (m % 2) * (2 / 3);
    return [60 + (n % 5), at(n), at(n + 1)];
  });
  const xml = leadSheet(analysisOf(4, 16), sung(shuffled));
  expect(textsOf(xml, "words")).toEqual(["Swing"]);
  expectPlayed(
    xml,
    shuffled.map(([pitch], n): Written => [pitch, n / 2, (n + 1) / 2]),
  );
});

test("low lines have a bass clef, minor keys raised notes, and a song may have neither beats nor notes", () => {
  const parts = [{ startSeconds: 0, endSeconds: 9, tonic: "D", mode: "minor" }];
  const bass = leadSheet(
    analysisOf(4, 8, { key: { parts, tuningCents: 0, tuningConfidence: 1 } }),
    sung([
      [38, 0, 1],
      [37, 1, 2], // C#, the leading note
      [46, 2, 3], // Bb, of the key
    ]),
  );
  expect(textsOf(bass, "sign")).toEqual(["F"]);
  expect(textsOf(bass, "step")).toEqual(["D", "C", "B"]);
  expect(textsOf(bass, "alter")).toEqual(["1", "-1"]);
  const free = leadSheet({ durationSeconds: 5 }, sung([[60, 0, 1]]));
  expect(played(free)).toHaveLength(1);
  expect(played(leadSheet({ durationSeconds: 5 }, []))).toEqual([]);
});

test("wrong options are named", () => {
  const analysis = analysisOf(4, 8);
  expect(() => leadSheet(analysis, [], { grid: 5 })).toThrow("grid: expected one of 1, 2, 3, 4");
  expect(() => leadSheet(analysis, [], { title: 7 as never })).toThrow("title: expected a text");
  expect(() => leadSheet(analysis, [7 as never])).toThrow("notes: expected notes");
});

test("MuseScore opens a song that scoreFile wrote: its parts and bars", () => {
  const notes = sung([
    [60, 0, 1],
    [64, 2, 4],
  ]);
  const bytes = scoreFile(analysisOf(3, 24), [
    { name: "vocals", notes },
    { name: "piano", notes },
  ]);
  const read = convert(bytes, "mid", "musicxml").toString();
  // After the sounds that it takes for them.
  expect(textsOf(read, "part-name")).toEqual(["Choir Aahs, vocals", "Grand Piano, piano"]);
  expect(textsOf(read, "beats").at(-1)).toBe("3");
  expect(new Set(textsOf(read, "step"))).toEqual(new Set(["C", "E"]));
});
