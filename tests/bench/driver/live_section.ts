/** LiveSeparator at each latency, and StemPlayer, in a page whose main thread is busy. */

import type { Live, LiveResult, PlayerResult } from "../page/live.js";
import { median } from "../report/statistics.js";
import { allFiles, catalogueEntry, weightsName } from "./catalogue.js";
import type { Section, SectionReport } from "./section.js";

declare const live: Live;

/** What an app gets by default in a current browser. */
const variant = "relaxed-simd";
const latencies = [2, 1.5, 1, 0.7, 0.5] as const;
/** Without an under-run for so long at the recommended latency, which is the default. */
const recommended = 2;
const longSeconds = 300;
const shortSeconds = 30;
const quickSeconds = 10;

interface Run extends LiveResult {
  readonly dtype: string;
  readonly nominal: number;
  readonly seconds: number;
}

type Played = PlayerResult & { readonly dtype: string };

export const liveSection: Section = {
  name: "live",
  async run({ site, options, tell }) {
    const files = allFiles(catalogueEntry("spleeter-2stems")).filter(
      ({ dtype }) => dtype !== "f32",
    );
    const page = await site.open("live", false);
    try {
      await page.waitForFunction(() => "live" in globalThis);
      const runs: Run[] = [];
      const played: Played[] = [];
      for (const file of files) {
        const dtype = weightsName(file.dtype);
        const model = `/models/${file.file}`;
        tell(`live: playing with ${dtype}`);
        const result = await page.evaluate(({ model, variant }) => live.play(model, variant), {
          model,
          variant,
        } as const);
        played.push({ dtype, ...result });
        for (const latency of latencies) {
          const long = latency === recommended && dtype === "int8" && !options.quick;
          const usual = options.quick ? quickSeconds : shortSeconds;
          const seconds = long ? longSeconds : usual;
          tell(`live: ${dtype}, ${latency} s of latency, for ${seconds} s`);
          const setting = { model, variant, latency, seconds } as const;
          const outcome = await page.evaluate((setting) => live.separate(setting), setting);
          runs.push({ dtype, nominal: latency, seconds, ...outcome });
        }
      }
      return report(runs, played);
    } finally {
      await page.context().close();
    }
  },
};

function report(runs: readonly Run[], played: readonly Played[]): SectionReport {
  const figures: Record<string, number> = {};
  for (const { dtype, nominal, latency, underruns, loads } of runs) {
    figures[`${dtype}-${nominal}/latency`] = latency;
    figures[`${dtype}-${nominal}/load`] = median(loads);
    figures[`${dtype}-${nominal}/underruns`] = underruns;
  }
  for (const { dtype, sound, stems, speed } of played) {
    figures[`${dtype}-player/sound`] = sound;
    figures[`${dtype}-player/stems`] = stems;
    figures[`${dtype}-player/speed`] = speed;
  }
  return {
    name: "live",
    title: "Live",
    description:
      "`LiveSeparator` in an AudioContext at 44.1 kHz, the bundled sample over and over, with the " +
      "page's main thread blocked for 500 ms every 5 s; cost is the share of one core that " +
      "computing takes. `StemPlayer` plays the sample from a standing start.",
    tables: [
      {
        columns: [
          "engine",
          "preset s",
          "latency s",
          "core",
          "most",
          "for s",
          "under-runs",
          "mix s",
        ],
        rows: runs.map((run) => [
          `divisi ${run.dtype}, ${variant}`,
          String(run.nominal),
          run.latency.toFixed(3),
          percent(median(run.loads)),
          percent(Math.max(...run.loads)),
          String(run.seconds),
          String(run.underruns),
          run.missingSeconds.toFixed(2),
        ]),
      },
      {
        columns: ["player", "first sound s", "first stems s", "times real time", "under-runs"],
        rows: played.map(({ dtype, sound, stems, speed, underruns }) => [
          `divisi ${dtype}, ${variant}`,
          sound.toFixed(2),
          stems.toFixed(2),
          speed.toFixed(1),
          String(underruns),
        ]),
      },
    ],
    notes: [],
    figures,
    spreads: {},
    data: { runs, played },
  };
}

const percent = (share: number) => `${(100 * share).toFixed(0)} %`;
