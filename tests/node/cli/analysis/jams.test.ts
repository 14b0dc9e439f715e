// JAMS documents. What the schema of the Python package `jams` 0.3.5 asks for is written down here
// once more, by hand; its own reader accepts these documents, too.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { analysisFiles } from "../../../../js/cli/write/analysis/analysis_files.js";
import { cli } from "../process.js";
import { fixturePath, temporaryFolder } from "../support.js";
import { beatsAt, song } from "./support.js";

interface Observation {
  readonly time: number;
  readonly duration: number;
  readonly value: unknown;
  readonly confidence: number;
}

interface Jams {
  readonly file_metadata: Record<string, unknown>;
  readonly annotations: {
    readonly namespace: string;
    readonly annotation_metadata: Record<string, unknown>;
    readonly time: number;
    readonly duration: number;
    readonly data: readonly Observation[];
    readonly sandbox: Record<string, unknown>;
  }[];
  readonly sandbox: Record<string, unknown>;
}

function jamsOf(result: typeof song): Jams {
  const files = analysisFiles(result, "jams", { file: "song.flac", version: "1.2.3" });
  expect(files.map(({ name }) => name)).toEqual(["analysis.jams"]);
  return JSON.parse(new TextDecoder().decode(files[0]?.bytes)) as Jams;
}

const values = (jams: Jams, namespace: string) =>
  jams.annotations.find((each) => each.namespace === namespace)?.data.map(({ value }) => value);

/** Of each namespace, what its values may be. */
const isValue: Readonly<Record<string, (value: unknown) => void>> = {
  beat_position: (value) => {
    const { position, measure, num_beats, beat_units, ...more } = value as Record<string, number>;
    expect(more).toEqual({});
    expect(position).toBeGreaterThanOrEqual(1);
    expect(position).toBeLessThanOrEqual(num_beats ?? 0);
    expect(Number.isInteger(measure) && Number(measure) >= 0).toBe(true);
    expect(Number.isInteger(num_beats)).toBe(true);
    expect([1, 2, 4, 8, 16, 32, 64, 128, 256]).toContain(beat_units);
  },
  tempo: (value) => expect(value).toBeGreaterThan(0),
  key_mode: (value) => expect(value).toMatch(/^[A-G][b#]?:(major|minor)$/),
  segment_open: (value) => expect(value).toMatch(/^[A-Z]+'?$/),
  chord: (value) =>
    expect(value).toMatch(
      /^(N|X|[A-G][b#]*:(maj|min|dim|aug|sus2|sus4|maj6|min6|7|maj7|min7|dim7|hdim7|minmaj7)(\/[b#]*([1-9]|1[0-3]))?)$/,
    ),
};

function checkSchema({ file_metadata, annotations, sandbox }: Jams): void {
  const { title, artist, release, duration, identifiers, jams_version, ...more } = file_metadata;
  expect(more).toEqual({});
  for (const text of [title, artist, release]) expect(text).toBeTypeOf("string");
  expect(duration).toBeGreaterThan(0);
  expect(identifiers).toBeTypeOf("object");
  expect(jams_version).toMatch(/^\d\.\d\.\d$/);
  expect(sandbox).toBeTypeOf("object");
  for (const { namespace, annotation_metadata, time, data, ...annotation } of annotations) {
    expect([time, annotation.duration]).toEqual([0, duration]);
    expect(annotation_metadata).toMatchObject({ data_source: "program" });
    for (const observation of data) {
      expect(Object.keys(observation).sort()).toEqual(["confidence", "duration", "time", "value"]);
      expect(observation.time).toBeGreaterThanOrEqual(0);
      expect(observation.duration).toBeGreaterThanOrEqual(0);
      expect(observation.confidence).toBeGreaterThanOrEqual(0);
      expect(observation.confidence).toBeLessThanOrEqual(1);
      isValue[namespace]?.(observation.value);
    }
    expect(Object.keys(isValue)).toContain(namespace);
  }
}

describe("a document", () => {
  test("says all that was found, by the schema", () => {
    const jams = jamsOf(song);
    checkSchema(jams);
    expect(jams.file_metadata).toMatchObject({
      duration: 12,
      identifiers: { file: "song.flac" },
    });
    expect(jams.annotations[0]?.annotation_metadata).toMatchObject({
      annotation_tools: "divisi 1.2.3",
    });
    expect(values(jams, "tempo")).toEqual([118.5]);
    expect(values(jams, "key_mode")).toEqual(["A:minor", "D#:major"]);
    expect(values(jams, "chord")).toEqual(["N", "A:min7", "D#:maj/3"]);
    expect(values(jams, "segment_open")).toEqual(["A", "B"]);
    const sandbox = (namespace: string) =>
      jams.annotations.find((each) => each.namespace === namespace)?.sandbox;
    expect(sandbox("segment_open")).toEqual({ names: ["verse", null], isHook: [false, true] });
    expect(sandbox("beat_position")).toEqual({
      energyDb: song.beats?.beats.map(({ energyDb }) => energyDb),
    });
    const times = jams.annotations[0]?.data.map(({ time }) => time);
    expect(times).toEqual(song.beats?.beats.map(({ seconds }) => seconds));
  });

  test("counts bars from the first downbeat; a pick-up is bar 0", () => {
    const beats = beatsAt([1, 2, 3, 4, 5, 6, 7, 8, 9], [3, 1, 2, 1, 2, 3, 4, 1, 2]);
    const positions = values(jamsOf({ durationSeconds: 10, beats }), "beat_position") as {
      position: number;
      measure: number;
      num_beats: number;
    }[];
    expect(positions.map(({ position }) => position)).toEqual([3, 1, 2, 1, 2, 3, 4, 1, 2]);
    expect(positions.map(({ measure }) => measure)).toEqual([0, 1, 1, 2, 2, 2, 2, 3, 3]);
    // The last bar is cut off by the end, so it counts as one like that before it.
    expect(positions.map((each) => each.num_beats)).toEqual([3, 2, 2, 4, 4, 4, 4, 4, 4]);
  });

  test("has no tempo where there is none, and the parts that were asked for", () => {
    const beats = { beats: [], tempo: undefined, tempoConfidence: 0, beatsPerBar: 0 };
    const jams = jamsOf({ durationSeconds: 1, beats });
    checkSchema(jams);
    expect(jams.annotations.map(({ namespace, data }) => [namespace, data])).toEqual([
      ["beat_position", []],
      ["tempo", []],
    ]);
  });
});

test("divisi analyse --format jams writes one for a song", async () => {
  const folder = temporaryFolder();
  const sample = fixturePath("../../../sample/song.ogg");
  const { code, stdout, stderr } = await cli(["analyse", "--format", "jams", sample], folder);
  expect([code, stderr]).toEqual([0, ""]);
  const path = join("out", "song", "analysis.jams");
  expect(stdout).toContain(`  ${path}\n`);
  const jams = JSON.parse(readFileSync(join(folder, path), "utf8")) as Jams;
  checkSchema(jams);
  expect(jams.file_metadata).toMatchObject({ identifiers: { file: "song.ogg" } });
  expect(values(jams, "beat_position")?.length).toBeGreaterThan(30);
  expect(values(jams, "key_mode")?.length).toBeGreaterThan(0);
  expect(values(jams, "chord")?.length).toBeGreaterThan(8);
  expect(values(jams, "segment_open")?.length).toBeGreaterThan(0);
  expect(jams.sandbox).toMatchObject({ loudness: { integrated: expect.any(Number) } });
});
