/**
 * HTDemucs beside onnxruntime-web: one segment, and a whole song through the public API. Measured
 * only when asked for by name, with files that the user has fetched; other runs repeat what the last
 * measurement has found.
 */

import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { htdemucsFiles, htdemucsFolder, missingHtdemucs } from "../../../scripts/lib/htdemucs.mjs";
import { inRoot } from "../../../scripts/lib/paths.mjs";
import type { EndToEnd } from "../page/end_to_end.js";
import {
  type Common,
  type Contender,
  type DivisiFile,
  divisiContenders,
  float32Tolerance,
} from "./catalogue.js";
import { measureNetwork } from "./network_section.js";
import type { Context, Section, SectionReport, Table } from "./section.js";

declare const endToEnd: EndToEnd;

const frames = 343980;
const [bins, columns] = [2048, 336];
/** From one segment of a song to the next: a quarter overlaps (models/tasks/htdemucs.json). */
const hopFrames = 257985;
const sampleRate = 44100;
const stems = 4;

/** Channels lie as ONNX has them once they are first: of a spectrum with two parts each. */
const ports: Common = {
  inputs: [
    {
      name: "waveform",
      onnxName: "input",
      file: "/inputs/htdemucs/waveform.f32",
      shape: [frames, 2],
      channels: 2,
    },
    {
      name: "spectrum",
      onnxName: "onnx::ReduceMean_1",
      file: "/inputs/htdemucs/spectrum.f32",
      shape: [bins, columns, 4],
      channels: 4,
    },
  ],
  outputs: [
    { name: "spectrum-stems", onnxName: "output", channels: 4 * stems },
    { name: "waveform-stems", onnxName: "5073", channels: 2 * stems },
  ],
};

const stored = () => inRoot("out/bench/htdemucs.json");

export const htdemucs: Section = {
  name: "htdemucs",
  async run(context) {
    const folder = htdemucsFolder(context.options.htdemucs);
    const missing = missingHtdemucs(folder, ["onnx", "f16", "int8"]);
    if (missing !== undefined) return skipped(missing);
    // Only now: it imports the built package, which need not be there for other purposes.
    const { makeNetworkInput } = await import("../../htdemucs/network_input.js");
    await makeNetworkInput();
    const segment = await measureNetwork(
      {
        name: "htdemucs",
        title: "HTDemucs, 4 stems",
        description: `One segment of ${frames} frames (7.8 s) of the bundled song, all four stems.`,
        notes: [
          "Two workers: each of divisi's runs a segment of its own; the time is that for both, " +
            "halved.",
          "The weights are for personal and research use only; divisi does not contain them.",
        ],
        contenders: contenders(htdemucsFiles(folder)),
      },
      context,
    );
    const report = await withSong(segment, context);
    // Only what may be quoted is repeated by later runs.
    if (!context.options.quick && context.options.match === "") {
      mkdirSync(inRoot("out/bench"), { recursive: true });
      writeFileSync(stored(), `${JSON.stringify(report, null, 1)}\n`);
    }
    return report;
  },
};

/** What the last measurement has found, if there was one. */
export function lastHtdemucs(): SectionReport | undefined {
  if (!existsSync(stored())) return undefined;
  const report = JSON.parse(readFileSync(stored(), "utf8")) as SectionReport;
  return { ...report, notes: [...report.notes, "Measured earlier, not in this run."] };
}

function skipped(missing: string): SectionReport {
  return {
    name: "htdemucs",
    title: "HTDemucs, 4 stems",
    description: `Skipped: ${missing}.`,
    tables: [],
    notes: [],
    figures: {},
    spreads: {},
    data: undefined,
  };
}

type HtdemucsFiles = ReturnType<typeof htdemucsFiles>;

/** divisi's files; float16 is only how weights are stored. */
function divisiFiles({ f16, int8 }: HtdemucsFiles): DivisiFile[] {
  return [
    { dtype: "f16", url: "/htdemucs/htdemucs.safetensors", path: f16 },
    { dtype: "int8", url: "/htdemucs/htdemucs-int8.safetensors", path: int8 },
  ];
}

function contenders(files: HtdemucsFiles): Contender[] {
  const divisi = divisiContenders(divisiFiles(files), ports, [1, 2], { wholeEach: true });
  return [
    ...divisi.map((contender) => ({ ...contender, engine: "whole" as const })),
    ...[1, 2].map((threads) => ({
      id: `onnxruntime-web-${threads}`,
      label: "onnxruntime-web",
      runtime: "onnxruntime-web",
      threads,
      job: { ...ports, kind: "onnxruntime" as const, threads, model: "/htdemucs/htdemucs.onnx" },
      modelFiles: [files.onnx],
      tolerance: float32Tolerance,
    })),
  ];
}

/** Adds what a song takes, beside onnxruntime-web's time for as many segments. */
async function withSong(segment: SectionReport, context: Context): Promise<SectionReport> {
  const { site, options, gate, tell } = context;
  const seconds = options.quick ? 30 : 240;
  const segments = Math.ceil((seconds * sampleRate) / hopFrames);
  const other = segment.figures["onnxruntime-web-2/median"];
  const figures: Record<string, number> = {};
  const rows: string[][] = [];
  const page = await site.open("end_to_end", false);
  try {
    await page.waitForFunction(() => "endToEnd" in globalThis);
    await page.evaluate((length) => endToEnd.prepare(length), seconds);
    for (const dtype of ["f16", "int8"].filter((name) => `song-${name}`.includes(options.match))) {
      const model = `/htdemucs/htdemucs${dtype === "f16" ? "" : `-${dtype}`}.safetensors`;
      const setting = { model, variant: "relaxed-simd", workers: 2 } as const;
      tell(`htdemucs: a song of ${seconds} s, ${dtype}`);
      await page.evaluate(({ dtype, setting }) => endToEnd.open(dtype, setting), {
        dtype,
        setting,
      });
      const { result } = await gate.measure(() =>
        page.evaluate((id) => endToEnd.separate(id), dtype),
      );
      await page.evaluate((id) => endToEnd.close(id), dtype);
      const took = result.milliseconds / 1000;
      figures[`song-${dtype}/seconds`] = took;
      figures[`song-${dtype}/memory`] = result.memory / result.workers;
      if (other !== undefined) figures[`song-${dtype}/ratio`] = (1000 * took) / (other * segments);
      rows.push([
        `divisi ${dtype}, relaxed-simd`,
        String(result.workers),
        took.toFixed(1),
        `${(seconds / took).toFixed(2)} x`,
        figures[`song-${dtype}/ratio`]?.toFixed(2) ?? "",
        (result.memory / 2 ** 20).toFixed(0),
      ]);
    }
  } finally {
    await page.context().close();
  }
  return {
    ...segment,
    tables: [...segment.tables, songTable(rows)],
    notes: [
      ...segment.notes,
      `The song: the bundled sample over and over, ${seconds} s, once through \`Separator.separate\` ` +
        `in its default mode. onnxruntime-web's time for it is ${segments} times that of its ` +
        "segment with two threads: segments overlap by a quarter, and nothing is added for its " +
        "transforms.",
    ],
    figures: { ...segment.figures, ...figures },
    data: { ...(segment.data as object), song: { seconds, segments, figures } },
  };
}

const songTable = (rows: readonly (readonly string[])[]): Table => ({
  columns: [
    "whole song",
    "workers",
    "s",
    "faster than the music",
    "ratio to onnxruntime-web, two threads",
    "Wasm memory MiB",
  ],
  rows,
});
