/** Notes as MIDI and CSV, read back by the library. */

import { type Note, noteFile } from "divisi";
import { type MidiEvent, parseMidi } from "midi-file";
import { describe, expect, test } from "vitest";

function note(
  startSeconds: number,
  endSeconds: number,
  pitch: number,
  bends: number[] = [0],
): Note {
  return {
    startSeconds,
    endSeconds,
    pitch,
    velocity: 90,
    confidence: 0.75,
    bends: Float32Array.from(bends),
  };
}

interface Timed {
  readonly seconds: number;
  readonly event: MidiEvent;
}

/** The events of the track with their times. */
function read(bytes: Uint8Array): { events: Timed[]; microsecondsPerBeat: number } {
  const { header, tracks } = parseMidi(bytes);
  expect(header).toMatchObject({ format: 0, numTracks: 1 });
  expect(tracks).toHaveLength(1);
  let microsecondsPerBeat = 0;
  let tick = 0;
  const events = (tracks[0] ?? []).map((event) => {
    tick += event.deltaTime;
    if (event.type === "setTempo") microsecondsPerBeat = event.microsecondsPerBeat;
    const seconds = ((tick / (header.ticksPerBeat ?? 1)) * microsecondsPerBeat) / 1e6;
    return { seconds, event };
  });
  return { events, microsecondsPerBeat };
}

describe("MIDI", () => {
  test.each([120, 97.3, 240])("at %d beats a minute notes lie where they were heard", (tempo) => {
    const notes = Array.from({ length: 500 }, (_, i) =>
      note(0.123 + i * 0.1371, 0.2 + i * 0.1371, 40 + (i % 50)),
    );
    const { events, microsecondsPerBeat } = read(noteFile(notes, "midi", { tempo }));
    expect(microsecondsPerBeat).toBe(Math.round(6e7 / tempo));
    const ons = events.filter(({ event }) => event.type === "noteOn");
    const offs = events.filter(({ event }) => event.type === "noteOff");
    expect(ons).toHaveLength(500);
    expect(offs).toHaveLength(500);
    ons.forEach(({ seconds, event }, i) => {
      // Half a tick, of 960 a beat.
      expect(Math.abs(seconds - (notes[i]?.startSeconds ?? 0))).toBeLessThan(0.0004);
      expect(event).toMatchObject({ noteNumber: notes[i]?.pitch, velocity: 90, channel: 0 });
    });
    expect(events.at(-1)?.event.type).toBe("endOfTrack");
  });

  test("a note ends before the next one of its pitch begins", () => {
    const { events } = read(noteFile([note(0, 0.5, 60), note(0.5, 1, 60)], "midi"));
    expect(events.map(({ event }) => event.type)).toEqual([
      "setTempo",
      "noteOn",
      "noteOff",
      "noteOn",
      "noteOff",
      "endOfTrack",
    ]);
  });

  test("bends have channels of their own, and none without a free one", () => {
    const chord = Array.from({ length: 16 }, (_, i) => note(i * 0.01, 2, 50 + i, [0, 1 / 3, -3]));
    const { events } = read(noteFile(chord, "midi", { bends: true }));
    const channels = events.flatMap(({ event }) =>
      event.type === "noteOn" ? [event.channel] : [],
    );
    expect(new Set(channels.slice(0, 14)).size).toBe(14);
    expect(channels).not.toContain(9);
    expect(channels.slice(14)).toEqual([0, 0]);
    const bends = events.flatMap(({ event }) =>
      event.type === "pitchBend" && event.channel === channels[0] ? [event.value] : [],
    );
    // Of a range of two semitones; what is beyond it stays at its end.
    expect(bends).toEqual([0, Math.round(8192 / 6), -8192]);
    const bent = events.filter(({ event }) => event.type === "pitchBend");
    expect(bent.every(({ event }) => event.type === "pitchBend" && event.channel !== 0)).toBe(true);
  });

  test("a song without notes is a file without notes", () => {
    const { events } = read(noteFile([], "midi"));
    expect(events.map(({ event }) => event.type)).toEqual(["setTempo", "endOfTrack"]);
  });
});

test("CSV has a row for each note", () => {
  const text = new TextDecoder().decode(noteFile([note(0.5, 1, 60), note(1, 1.25, 72)], "csv"));
  expect(text).toBe(
    "startSeconds,endSeconds,pitch,velocity,confidence\r\n" +
      "0.500000,1.000000,60,90,0.750000\r\n" +
      "1.000000,1.250000,72,90,0.750000\r\n",
  );
});
