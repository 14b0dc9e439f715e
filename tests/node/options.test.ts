// What is missing or wrong in a call is told by its name, never by a bare TypeError: every public function.
import * as divisi from "divisi";
import * as files from "divisi/files";
import * as readers from "divisi/readers";
import { afterAll, beforeAll, expect, test } from "vitest";
import { publicFunctions, runWrong } from "../suite/options/run_wrong.js";
import {
  cannotBeWrong,
  type Made,
  type MadeLive,
  wrongFiles,
  wrongFunctions,
  wrongLive,
  wrongMethods,
} from "../suite/options/wrong_calls.js";
import { wrongReaders } from "../suite/options/wrong_readers.js";
import { tinyModel } from "../suite/tiny_model.js";

let made: Made;
beforeAll(async () => {
  made = {
    separator: await divisi.Separator.create({ model: tinyModel() }),
    tagger: await divisi.Tagger.create({ model: "musicnn-mtt" }),
    meter: await divisi.Meter.create(),
    analyser: await divisi.Analyser.create({ parts: ["loudness"] }),
    transcriber: await divisi.Transcriber.create(),
    drums: await divisi.DrumTranscriber.create(),
  };
});
afterAll(() => {
  for (const each of Object.values(made ?? {})) each.close();
});

test("functions", async () => {
  expect(await runWrong(wrongFunctions(divisi))).toEqual([]);
});

test("methods, which work on", async () => {
  expect(await runWrong(wrongMethods(made))).toEqual([]);
  const song = { sampleRate: 44100, channels: [new Float32Array(44100).fill(0.1)] };
  expect((await made.separator.separate(song)).stems.vocals?.[0]?.length).toBe(44100);
  expect((await made.tagger.tag(song)).tags.length).toBe(50);
  expect((await made.meter.measure(song)).samplePeak).toBeCloseTo(-20, 2);
});

test("divisi/files", async () => {
  expect(await runWrong(wrongFiles(files))).toEqual([]);
});

test("divisi/readers", async () => {
  expect(await runWrong(wrongReaders(readers))).toEqual([]);
});

test("no public function is left out", () => {
  const nothing = {} as never;
  const called = [
    wrongFunctions(divisi),
    wrongFiles(files),
    wrongMethods(made),
    wrongLive(divisi, nothing, nothing as MadeLive),
  ].flatMap((calls) => Object.keys(calls));
  const tried = new Set([...called, ...cannotBeWrong]);
  const all = [...publicFunctions(divisi), ...publicFunctions(files)];
  expect(all.length).toBeGreaterThan(60);
  expect(all.filter((name) => !tried.has(name))).toEqual([]);
});
