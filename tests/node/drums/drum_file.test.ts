/** Hits of drums as MIDI and CSV, read back by the library. */

import { type DrumHit, drumFile } from "divisi";
import { parseMidi } from "midi-file";
import { describe, expect, test } from "vitest";

function hit(seconds: number, note: number, velocity = 90): DrumHit {
  return { seconds, instrument: "kick", note, velocity, confidence: 0.75 };
}

/** The events of the track with their times. */
function read(bytes: Uint8Array) {
  const { header, tracks } = parseMidi(bytes);
  expect(header).toMatchObject({ format: 0, numTracks: 1 });
  let microsecondsPerBeat = 0;
  let tick = 0;
  return (tracks[0] ?? []).map((event) => {
    tick += event.deltaTime;
    if (event.type === "setTempo") microsecondsPerBeat = event.microsecondsPerBeat;
    return { seconds: ((tick / (header.ticksPerBeat ?? 1)) * microsecondsPerBeat) / 1e6, event };
  });
}

describe("MIDI", () => {
  test.each([120, 97.3, 240])("at %d beats a minute hits lie where they were heard", (tempo) => {
    const hits = Array.from({ length: 300 }, (_, i) =>
      hit(0.05 + i * 0.0917, [36, 38, 42][i % 3] as number, 1 + (i % 127)),
    );
    const events = read(drumFile(hits, "midi", { tempo }));
    const ons = events.filter(({ event }) => event.type === "noteOn");
    expect(ons).toHaveLength(300);
    expect(events.filter(({ event }) => event.type === "noteOff")).toHaveLength(300);
    ons.forEach(({ seconds, event }, i) => {
      // Half a tick, of 960 a beat.
      expect(Math.abs(seconds - (hits[i]?.seconds ?? 0))).toBeLessThan(0.0004);
      const { note, velocity } = hits[i] as DrumHit;
      expect(event).toMatchObject({ noteNumber: note, velocity, channel: 9 });
    });
    expect(events.at(-1)?.event.type).toBe("endOfTrack");
  });

  test("a note ends where the next one of its drum begins, and others go on", () => {
    const roll = [hit(0, 38), hit(0.03, 36), hit(0.06, 38), hit(0.5, 38)];
    const events = read(drumFile([...roll].reverse(), "midi"));
    const told = events.flatMap(({ seconds, event }) =>
      event.type === "noteOn" || event.type === "noteOff"
        ? [`${event.type} ${event.noteNumber} ${Math.round(1000 * seconds)}`]
        : [],
    );
    expect(told).toEqual([
      "noteOn 38 0",
      "noteOn 36 30",
      "noteOff 38 60",
      "noteOn 38 60",
      "noteOff 36 155", // a sixteenth
      "noteOff 38 185",
      "noteOn 38 500",
      "noteOff 38 625",
    ]);
  });

  test("of two of one drum at one tick the harder one stays", () => {
    const events = read(drumFile([hit(1, 36, 40), hit(1.0001, 36, 100), hit(1, 36, 60)], "midi"));
    const ons = events.filter(({ event }) => event.type === "noteOn");
    expect(ons.map(({ event }) => event)).toMatchObject([{ noteNumber: 36, velocity: 100 }]);
  });

  test("no hits are a file, too", () => {
    expect(read(drumFile([], "midi")).map(({ event }) => event.type)).toEqual([
      "setTempo",
      "endOfTrack",
    ]);
  });
});

test("CSV has a row for each hit", () => {
  const bytes = drumFile([hit(0.5, 36), { ...hit(1.25, 42, 7), instrument: "closed-hat" }], "csv");
  expect(new TextDecoder().decode(bytes).trim().split("\r\n")).toEqual([
    "seconds,instrument,note,velocity,confidence",
    "0.500000,kick,36,90,0.750000",
    "1.250000,closed-hat,42,7,0.750000",
  ]);
});
