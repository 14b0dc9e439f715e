/** A whole song from PCM to stems through the public API, and the networks' share of that. */

import type { EndToEnd } from "../page/end_to_end.js";
import { median, processorSamples, ratio, type Sample, summarise } from "../report/statistics.js";
import {
  allFiles,
  type CatalogueEntry,
  catalogueEntry,
  type ModelFile,
  weightsName,
} from "./catalogue.js";
import type { Context, Section, SectionReport } from "./section.js";
import type { Site } from "./site.js";

declare const endToEnd: EndToEnd;

/** What an app gets by default in a current browser. */
const variant = "relaxed-simd";
const workerCounts = [1, 2];

interface Run {
  readonly id: string;
  readonly dtype: string;
  readonly workers: number;
  readonly samples: Sample[];
  /** Of all Workers together. */
  memory: number;
  /** Workers that were needed: a short song has too few chunks for many. */
  running: number;
}

interface Profile {
  readonly dtype: string;
  /** The core alone. */
  readonly whole: Sample[];
  /** What its networks took of that. */
  readonly network: Sample[];
  chunks: number;
}

export const endToEndSection: Section = {
  name: "end-to-end",
  async run(context) {
    const { site, options } = context;
    const entry = catalogueEntry("spleeter-2stems");
    const files = measuredFiles(entry);
    const page = await site.open("end_to_end", false);
    try {
      await page.waitForFunction(() => "endToEnd" in globalThis);
      await page.evaluate((seconds) => endToEnd.prepare(seconds), options.songSeconds);
      const runs: Run[] = [];
      const profiles: Profile[] = files.map(({ dtype }) => ({
        dtype,
        whole: [],
        network: [],
        chunks: 0,
      }));
      for (const { file, dtype } of files) {
        for (const workers of workerCounts) {
          const id = `${dtype}-${workers}`;
          const setting = { model: `/models/${file}`, variant, workers } as const;
          context.tell(`end-to-end: loading ${file}`);
          await page.evaluate(({ id, setting }) => endToEnd.open(id, setting), { id, setting });
          runs.push({ id, dtype, workers, samples: [], memory: 0, running: 0 });
        }
      }
      for (let round = 0; round < options.endToEndRounds; round++) {
        await runRound(round, page, { runs, profiles, files, entry }, context);
      }
      return report(runs, profiles, options.songSeconds);
    } finally {
      await page.context().close();
    }
  },
};

type Page = Awaited<ReturnType<Site["open"]>>;

/** What users download; float32 files are for comparisons. */
function measuredFiles(entry: CatalogueEntry): readonly ModelFile[] {
  return allFiles(entry)
    .filter((file) => file.dtype !== "f32")
    .map((file) => ({ ...file, dtype: weightsName(file.dtype) }));
}

interface Round {
  readonly runs: readonly Run[];
  readonly profiles: readonly Profile[];
  readonly files: readonly ModelFile[];
  readonly entry: CatalogueEntry;
}

async function runRound(
  round: number,
  page: Page,
  { runs, profiles, files, entry }: Round,
  { gate, options, processor, tell }: Context,
): Promise<void> {
  const of = `round ${round + 1} of ${options.endToEndRounds}`;
  await gate.lookIdle();
  for (const [i, { file, dtype }] of files.entries()) {
    for (const run of runs.filter((candidate) => candidate.dtype === dtype)) {
      tell(`end-to-end: ${of}, ${dtype}, workers: ${run.workers}`);
      const { result: measured, quiet } = await gate.measure(() =>
        processor.during(() => page.evaluate((id) => endToEnd.separate(id), run.id)),
      );
      const { result, processorMilliseconds } = measured;
      run.samples.push({ round, milliseconds: result.milliseconds, processorMilliseconds, quiet });
      run.memory = result.memory;
      run.running = result.workers;
    }
    tell(`end-to-end: ${of}, ${dtype}, the share of the networks`);
    const request = {
      variant,
      model: `/models/${file}`,
      stemCount: entry.stems?.length ?? 0,
    };
    const { result: measured, quiet } = await gate.measure(() =>
      processor.during(() =>
        page.evaluate(({ dtype, request }) => endToEnd.profile(dtype, request), { dtype, request }),
      ),
    );
    const { result, processorMilliseconds } = measured;
    const share = result.networkMilliseconds / result.milliseconds;
    const profile = profiles[i] as Profile;
    profile.chunks = result.chunks;
    const common = { round, quiet };
    profile.whole.push({ ...common, milliseconds: result.milliseconds, processorMilliseconds });
    profile.network.push({
      ...common,
      milliseconds: result.networkMilliseconds,
      // The clock around the networks knows no processor time; both are stretched alike.
      processorMilliseconds: share * processorMilliseconds,
    });
  }
}

function report(
  runs: readonly Run[],
  profiles: readonly Profile[],
  seconds: number,
): SectionReport {
  const figures: Record<string, number> = {};
  const spreads: Record<string, number> = {};
  const rows = runs.map(({ id, dtype, workers, running, samples, memory }) => {
    const profile = profiles.find((candidate) => candidate.dtype === dtype) as Profile;
    const summary = summarise(samples);
    const overNetwork = ratio(samples, profile.network);
    figures[`${id}/seconds`] = summary.median / 1000;
    const processorRatio = ratio(processorSamples(samples), processorSamples(profile.network));
    figures[`${id}/memory`] = memory / running;
    if (workers === 1) figures[`${id}/over-network`] = overNetwork;
    figures[`${id}/processor-over-network`] = processorRatio;
    if (samples.length > 1) spreads[`song, ${dtype} (${workers})`] = summary.spread;
    return [
      `divisi ${dtype}, ${variant}`,
      String(workers),
      (summary.median / 1000).toFixed(1),
      (summary.min / 1000).toFixed(1),
      (summary.median / 1000 / seconds).toFixed(3),
      `${(seconds / (summary.median / 1000)).toFixed(1)} x`,
      workers === 1 ? overNetwork.toFixed(2) : "",
      processorRatio.toFixed(2),
      (memory / 2 ** 20).toFixed(0),
    ];
  });
  return {
    name: "end-to-end",
    title: `End to end: a song of ${seconds} s`,
    description:
      "From PCM (44.1 kHz, stereo) to two stems through `Separator.separate` in its default mode; " +
      "the song is the bundled sample over and over.",
    tables: [
      {
        columns: [
          "engine",
          "workers",
          "median s",
          "minimum s",
          "real-time factor",
          "faster than the music",
          "whole / networks alone",
          "the same of processor time",
          "Wasm memory MiB",
        ],
        rows,
      },
      {
        columns: [
          "in the core, one worker",
          "chunks",
          "whole s",
          "networks s",
          "outside the networks",
        ],
        rows: profiles.map(({ dtype, whole, network, chunks }) => {
          const [all, inside] = [summarise(whole).median, summarise(network).median];
          const outside = median(
            whole.map(({ milliseconds }, i) => {
              const own = network[i]?.milliseconds ?? 0;
              return (milliseconds - own) / milliseconds;
            }),
          );
          figures[`${dtype}/outside`] = outside;
          return [
            dtype,
            String(chunks),
            (all / 1000).toFixed(1),
            (inside / 1000).toFixed(1),
            `${(100 * outside).toFixed(1)} %`,
          ];
        }),
      },
    ],
    notes: ["Several workers share out the chunks of a song; the memory is that of all of them."],
    figures,
    spreads,
    data: { variant, seconds, runs, profiles },
  };
}
