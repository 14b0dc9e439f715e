/** A song written down as MIDI, read back by the library. */

import {
  type AnalysisResult,
  analysisFiles,
  type DrumHit,
  type Note,
  oneVoice,
  type ScorePart,
  scoreFile,
} from "divisi";
import { type MidiEvent, parseMidi } from "midi-file";
import { describe, expect, test } from "vitest";

/** Beats that slow down and start at 1.3 s, in bars of three. */
const seconds = Array.from({ length: 30 }, (_, n) => 1.3 + 0.5 * n + 0.002 * n * n);
const analysis: AnalysisResult = {
  durationSeconds: 20,
  beats: {
    beats: seconds.map((second, n) => ({
      seconds: second,
      number: (n % 3) + 1,
      tempo: 115,
      confidence: 1,
      energyDb: -20,
    })),
    tempo: 115,
    tempoConfidence: 1,
    beatsPerBar: 3,
  },
};

/** The time of a place in beats, from the first one on. */
function timeOf(beat: number): number {
  const n = Math.floor(beat);
  const [from = 0, to = 0] = [seconds[n], seconds[n + 1]];
  return from + (beat - n) * (to - from);
}

function note(start: number, end: number, pitch = 60, confidence = 0.5): Note {
  const bends = new Float32Array(10);
  return { startSeconds: start, endSeconds: end, pitch, velocity: 80, confidence, bends };
}

interface Sounding {
  readonly seconds: number;
  readonly beat: number;
  readonly pitch: number;
  readonly channel: number;
  readonly on: boolean;
}

/** The notes of each track with their times by the first track's tempos, and where they lie in beats. */
function read(bytes: Uint8Array) {
  const { header, tracks } = parseMidi(bytes);
  const ticksPerBeat = header.ticksPerBeat ?? 1;
  const timed = (track: readonly MidiEvent[]) => {
    let tick = 0;
    return track.map((event) => {
      tick += event.deltaTime;
      return { tick, event };
    });
  };
  const tempos = timed(tracks[0] ?? []).filter(({ event }) => event.type === "setTempo");
  const secondsAt = (tick: number) => {
    let sum = 0;
    for (const [index, { tick: from, event }] of tempos.entries()) {
      const to = Math.min(tick, tempos[index + 1]?.tick ?? tick);
      if (to <= from || event.type !== "setTempo") continue;
      sum += ((to - from) / ticksPerBeat) * (event.microsecondsPerBeat / 1e6);
    }
    return sum;
  };
  const first = tempos.find(({ tick }) => Math.abs(secondsAt(tick) - 1.3) < 0.001)?.tick ?? 0;
  const parts = tracks.slice(1).map((track) => {
    const named = track.find(({ type }) => type === "trackName");
    const notes = timed(track).flatMap(({ tick, event }): Sounding[] => {
      if (event.type !== "noteOn" && event.type !== "noteOff") return [];
      return [
        {
          seconds: secondsAt(tick),
          beat: (tick - first) / ticksPerBeat,
          pitch: event.noteNumber,
          channel: event.channel,
          on: event.type === "noteOn",
        },
      ];
    });
    return { name: named?.type === "trackName" ? named.text : "", notes, track };
  });
  return { header, tracks, parts };
}

const startsOf = (notes: readonly Sounding[]) => notes.filter(({ on }) => on);

test("notes lie on the beats of the song, and where they were heard", () => {
  const heard = [0.21, 1.5, 2, 7.75, 11.3].map((beat, n) =>
    note(timeOf(beat), timeOf(beat + 0.4), 50 + n),
  );
  const early = note(0.2, 0.6, 40);
  const bytes = scoreFile(analysis, [
    { name: "vocals", notes: heard },
    { name: "bass", notes: [early, ...heard].reverse() },
  ]);
  const { header, tracks, parts } = read(bytes);
  expect(header).toMatchObject({ format: 1, numTracks: 3 });
  const [midi] = analysisFiles(analysis, "midi", { file: "a.wav", version: "test" });
  expect(tracks[0]).toEqual(parseMidi(midi?.bytes ?? new Uint8Array()).tracks[0]);
  expect(parts.map(({ name }) => name)).toEqual(["vocals", "bass"]);
  const [vocals, bass] = parts;
  for (const [n, { seconds: start, pitch }] of startsOf(vocals?.notes ?? []).entries()) {
    expect(pitch).toBe(50 + n);
    // A tick, of 960 a beat.
    expect(Math.abs(start - (heard[n]?.startSeconds ?? 0))).toBeLessThan(0.001);
  }
  expect(startsOf(bass?.notes ?? []).map(({ pitch }) => pitch)).toEqual([40, 50, 51, 52, 53, 54]);
  expect(new Set(parts.map(({ notes }) => notes[0]?.channel)).size).toBe(2);
  for (const { track } of parts) expect(track.at(-1)?.type).toBe("endOfTrack");
  const programs = parts.map(({ track }) => track.find(({ type }) => type === "programChange"));
  expect(programs).toMatchObject([{ programNumber: 52 }, { programNumber: 33 }]);
});

describe("a grid", () => {
  /** Played loosely, a hundredth of a beat or two off. */
  const loosely = (places: readonly number[]) =>
    places.map((beat, n) => {
      const off = 0.02 * Math.sin(7 * n);
      return note(timeOf(beat + off), timeOf(beat + 0.24 + off), 60 + (n % 12));
    });
  const beatsOf = (places: readonly number[], grid: number) => {
    const bytes = scoreFile(analysis, [{ name: "piano", notes: loosely(places) }], { grid });
    return read(bytes).parts[0]?.notes ?? [];
  };

  test("of sixteenths has all notes on it", () => {
    const places = Array.from({ length: 60 }, (_, n) => n / 4);
    const starts = startsOf(beatsOf(places, 4)).map(({ beat }) => beat);
    expect(starts).toHaveLength(60);
    starts.forEach((beat, n) => {
      expect(Math.abs(beat - (places[n] ?? 0))).toBeLessThan(0.002);
    });
  });

  test("swings as the song does", () => {
    const swing = 0.64;
    const places = Array.from({ length: 40 }, (_, n) => Math.floor(n / 2) + (n % 2) * swing);
    const starts = startsOf(beatsOf(places, 2)).map(({ beat }) => beat);
    starts.forEach((beat, n) => {
      expect(Math.abs(beat - (places[n] ?? 0))).toBeLessThan(n % 2 === 0 ? 0.002 : 0.02);
    });
    const offBeats = new Set(starts.map((beat) => Math.round(1000 * (beat - Math.floor(beat)))));
    expect(offBeats.size).toBe(2);
  });

  test("of triplets does not, and leaves no note without length", () => {
    const places = Array.from({ length: 45 }, (_, n) => n / 3);
    const notes = beatsOf(places, 3);
    startsOf(notes).forEach(({ beat }, n) => {
      expect(Math.abs(beat - (places[n] ?? 0))).toBeLessThan(0.002);
    });
    for (const start of startsOf(notes)) {
      const end = notes.find(
        ({ on, beat, pitch }) => !on && pitch === start.pitch && beat > start.beat,
      );
      expect((end?.beat ?? 0) - start.beat).toBeGreaterThan(0.3);
    }
  });
});

test("a grid keeps notes of one pitch apart, and a line a line", () => {
  const twice = [note(timeOf(4), timeOf(4.1), 60), note(timeOf(4.1), timeOf(4.9), 60)];
  const line = [note(timeOf(2), timeOf(2.12), 70), note(timeOf(2.2), timeOf(2.26), 72)];
  const chord = [note(timeOf(2), timeOf(3), 50), note(timeOf(2), timeOf(3), 53)];
  const parts = [
    { name: "a", notes: twice },
    { name: "b", notes: line },
    { name: "c", notes: chord },
  ];
  const spans = read(scoreFile(analysis, parts, { grid: 4 })).parts.map(({ notes }) =>
    notes.map(({ on, beat, pitch }) => [on ? "on" : "off", Math.round(100 * beat) / 100, pitch]),
  );
  // Of two that begin on one line the longer one.
  expect(spans[0]).toEqual([
    ["on", 4, 60],
    ["off", 5, 60],
  ]);
  expect(spans[1]).toEqual([
    ["on", 2, 70],
    ["off", 2.25, 70],
    ["on", 2.25, 72],
    ["off", 2.5, 72],
  ]);
  expect(spans[2]).toHaveLength(4);
});

test("without beats a song is written at 120 a minute, where it was heard", () => {
  const bytes = scoreFile({ durationSeconds: 9 }, [{ name: "other", notes: [note(1.25, 2)] }]);
  const [part] = read(bytes).parts;
  expect(part?.notes.map((one) => one.seconds)).toEqual([1.25, 2]);
});

describe("one voice", () => {
  const pitches = (notes: readonly Note[]) => notes.map(({ pitch }) => pitch);

  test("keeps the surest line of a chord", () => {
    const line = [note(0, 1, 60, 0.9), note(1, 2, 62, 0.8), note(2, 3, 64, 0.9)];
    const ghosts = [note(0.1, 0.9, 72, 0.4), note(0.5, 2.5, 67, 0.3), note(1.1, 1.9, 74, 0.5)];
    expect(pitches(oneVoice([...ghosts, ...line].reverse()))).toEqual([60, 62, 64]);
    expect(oneVoice([])).toEqual([]);
  });

  test("takes many short notes where they are surer than a long one", () => {
    const short = [0, 1, 2, 3].map((n) => note(n, n + 1, 60 + n, 0.8));
    expect(pitches(oneVoice([note(0, 4, 48, 0.7), ...short]))).toEqual([60, 61, 62, 63]);
    expect(pitches(oneVoice([note(0, 4, 48, 0.9), ...short]))).toEqual([48]);
  });

  test("cuts what reaches a little into the next note, and its bends", () => {
    const [first, second, ...more] = oneVoice([note(0, 1.04, 60), note(1, 2, 62)]);
    expect(more).toEqual([]);
    expect(first).toMatchObject({ pitch: 60, endSeconds: 1 });
    expect(first?.bends).toHaveLength(10);
    expect(second).toMatchObject({ pitch: 62, startSeconds: 1, endSeconds: 2 });
  });
});

describe("drums", () => {
  const hit = (beat: number, note: number, velocity = 80): DrumHit => ({
    seconds: timeOf(beat),
    instrument: note === 36 ? "kick" : "closed-hat",
    note,
    velocity,
    confidence: 1,
  });

  test("have a track on channel 10, where they were heard, beside notes", () => {
    const hits = [hit(2.1, 36), hit(0.4, 42), hit(0.4, 36)];
    const parts = [
      { name: "drums", hits },
      { name: "bass", notes: [note(timeOf(1), timeOf(2))] },
    ];
    const [drums, bass] = read(scoreFile(analysis, parts)).parts;
    const struck = startsOf(drums?.notes ?? []);
    expect(drums?.name).toBe("drums");
    expect(struck.map(({ pitch }) => pitch).sort()).toEqual([36, 36, 42]);
    expect(struck.every(({ channel }) => channel === 9)).toBe(true);
    expect(struck.map(({ beat }) => Math.round(100 * beat) / 100)).toEqual([0.4, 0.4, 2.1]);
    expect(drums?.track.some(({ type }) => type === "programChange")).toBe(false);
    expect(bass?.notes[0]?.channel).not.toBe(9);
  });

  test("lie on the grid, where kick and hi-hat stay two and doubles become one", () => {
    const hits = [hit(0.98, 36), hit(1.03, 42), hit(1.04, 36, 120), hit(2.26, 42)];
    const [drums] = read(scoreFile(analysis, [{ name: "drums", hits }], { grid: 2 })).parts;
    const struck = startsOf(drums?.notes ?? []);
    expect(struck.map(({ beat, pitch }) => [beat, pitch])).toEqual([
      [1, 36],
      [1, 42],
      [2.5, 42],
    ]);
    const kick = drums?.track.find((event) => event.type === "noteOn" && event.noteNumber === 36);
    expect(kick).toMatchObject({ velocity: 120 });
  });

  test("make the song swing", () => {
    const hats = Array.from({ length: 24 }, (_, n) => hit(Math.floor(n / 2) + (n % 2) * 0.66, 42));
    const [drums] = read(scoreFile(analysis, [{ name: "drums", hits: hats }], { grid: 2 })).parts;
    const shares = startsOf(drums?.notes ?? []).map(({ beat }) => beat - Math.floor(beat));
    for (const share of shares.filter((each) => each > 0.1 && each < 0.9)) {
      expect(Math.abs(share - 0.66)).toBeLessThan(0.01);
    }
    expect(shares).toHaveLength(24);
  });

  test.each([
    [{ name: "drums", hits: 42 }, /parts\[0\]\.hits: expected hits, got 42/],
    [{ name: "drums", hits: [{ seconds: 1, note: 128, velocity: 80 }] }, /parts\[0\]\.hits/],
    [{ name: "drums", hits: [{ seconds: 1, note: 36, velocity: 0 }] }, /parts\[0\]\.hits/],
    [{ name: "drums", hits: [{ seconds: Number.NaN, note: 36, velocity: 1 }] }, /parts\[0\]\.hits/],
  ])("wrong ones are named: %j", (part, message) => {
    expect(() => scoreFile(analysis, [part as unknown as ScorePart])).toThrow(message);
  });
});
