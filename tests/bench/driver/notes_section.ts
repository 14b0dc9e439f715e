/**
 * The notes of a song beside the two ways in which pages find them today: Spotify's own package, and
 * the network alone in onnxruntime-web. Measured only when asked for by name.
 */

import type { Page } from "playwright-core";
import { basicPitchOnnx } from "../../../scripts/bench/basic_pitch.mjs";
import type { Notes } from "../page/notes.js";
import { ratio, type Sample, summarise } from "../report/statistics.js";
import type { Section, SectionReport } from "./section.js";

declare const notes: Notes;

const divisiModel = "/models/basic-pitch.safetensors";
const contenders = [
  { id: "divisi", who: "divisi", label: "divisi, one worker", model: divisiModel, mode: "default" },
  {
    id: "reference",
    who: "divisi",
    label: "divisi, one worker, the original's notes",
    model: divisiModel,
    mode: "reference",
  },
  {
    id: "onnxruntime",
    who: "onnxruntime",
    label: "onnxruntime-web, one thread, no notes",
    model: "/basic-pitch/nmp.onnx",
    mode: "reference",
  },
  {
    id: "spotify",
    who: "spotify",
    label: "@spotify/basic-pitch, Wasm, one thread",
    model: "/runtimes/spotify/model/model.json",
    mode: "reference",
  },
] as const;

/** The peers take minutes for four: they are measured on one. */
const comparedSeconds = 60;
const quickSeconds = 10;
const songSeconds = 240;

interface Run {
  readonly id: string;
  readonly label: string;
  readonly page: Page;
  readonly samples: Sample[];
  count: number | undefined;
  memory: number;
}

export const notesSection: Section = {
  name: "notes",
  async run({ site, options, gate, tell }) {
    await basicPitchOnnx();
    const seconds = options.quick ? quickSeconds : comparedSeconds;
    const runs: Run[] = [];
    try {
      for (const { id, who, label, model, mode } of contenders) {
        tell(`notes: loading ${id}`);
        const page = await site.open("notes", false);
        runs.push({ id, label, page, samples: [], count: undefined, memory: 0 });
        await page.waitForFunction(() => "notes" in globalThis);
        await page.evaluate((length) => notes.prepare(length), seconds);
        await page.evaluate((how) => notes.load(...how), [who, model, mode] as const);
      }
      const rounds = options.quick ? 1 : Math.min(options.rounds, 5);
      for (let round = 0; round < rounds; round++) {
        for (const run of runs) {
          tell(`notes: round ${round + 1} of ${rounds}, ${run.id}`);
          const { result, quiet } = await gate.measure(() =>
            run.page.evaluate(() => notes.transcribe()),
          );
          run.samples.push({ round, milliseconds: result.milliseconds, quiet });
          run.count = result.count;
          run.memory = await run.page.evaluate(() => notes.memory());
        }
      }
      const [own] = runs as [Run];
      tell(`notes: a song of ${songSeconds} s`);
      await own.page.evaluate((length) => notes.prepare(length), songSeconds);
      const { result } = await gate.measure(() => own.page.evaluate(() => notes.transcribe()));
      const memory = await own.page.evaluate(() => notes.memory());
      return report(runs, seconds, result.milliseconds / 1000, memory);
    } finally {
      for (const { page } of runs) await page.context().close();
    }
  },
};

function report(
  runs: readonly Run[],
  seconds: number,
  songTook: number,
  songMemory: number,
): SectionReport {
  const [own, reference] = runs as [Run, Run];
  const figures: Record<string, number> = { "song/seconds": songTook, "song/memory": songMemory };
  const spreads: Record<string, number> = {};
  const rows = runs.map((run) => {
    const summary = summarise(run.samples);
    const isPeer = run !== own && run !== reference;
    const [share, sameShare] = [own, reference].map(({ samples }) => ratio(samples, run.samples));
    figures[`${run.id}/median`] = summary.median;
    figures[`divisi/${run.id}`] = share ?? Number.NaN;
    figures[`reference/${run.id}`] = sameShare ?? Number.NaN;
    if (run.samples.length > 1) spreads[`notes, ${run.id}`] = summary.spread;
    return [
      run.label,
      (summary.median / 1000).toFixed(2),
      ...[share, sameShare].map((value) => (isPeer ? (value ?? Number.NaN).toFixed(2) : "")),
      run.count === undefined ? "-" : String(run.count),
      (run.memory / 2 ** 20).toFixed(0),
    ];
  });
  return {
    name: "notes",
    title: "Notes",
    description:
      `The notes of ${seconds} s of the bundled song, mono, 22.05 kHz, in a page; the network of ` +
      "all three is Spotify's basic-pitch.",
    tables: [
      {
        columns: [
          "who",
          "median s",
          "divisi's share of it",
          "its share for the original's notes",
          "notes",
          "Wasm memory MiB",
        ],
        rows,
      },
      {
        columns: ["divisi, a song of four minutes, one worker", "s", "Wasm memory MiB"],
        rows: [["", songTook.toFixed(1), (songMemory / 2 ** 20).toFixed(0)]],
      },
    ],
    notes: [
      "relaxed-simd. divisi makes notes of what its second network hears besides; the original's notes " +
        "need the original's network alone, as the others run it. Spotify's package makes its own " +
        "with its default settings; onnxruntime-web's time is that of the network alone. " +
        "TensorFlow.js is 4.22 with its Wasm backend, which is faster than the package's own choice " +
        "without a graphics card.",
    ],
    figures,
    spreads,
    data: { runs: runs.map(({ id, samples, count, memory }) => ({ id, samples, count, memory })) },
  };
}
