/** The script of the page under test: the suite, and the library for tests that drive it. */

import * as divisi from "divisi";
import { bandModel, bandNames, fourTones } from "../suite/band_model.js";
import { cases } from "../suite/cases.js";
import { runWrong } from "../suite/options/run_wrong.js";
import * as wrongCalls from "../suite/options/wrong_calls.js";
import { tinyModel } from "../suite/tiny_model.js";
import * as live from "./live_page.js";

async function fixture(name: string): Promise<ArrayBuffer> {
  const response = await fetch(`/fixtures/${name}`);
  if (!response.ok) throw new Error(`${name}: HTTP ${response.status}`);
  return response.arrayBuffer();
}

const suite = {
  divisi,
  live,
  tinyModel,
  bandModel,
  bandNames,
  fourTones,
  watchTasks,
  runWrong,
  wrongCalls,
  async run(name: string, variant: divisi.Variant): Promise<void> {
    const run = cases[name];
    if (!run) throw new Error(`there is no case ${name}`);
    await run({ divisi, variant, models: { modelBase: "/models/" }, fixture });
  },
};

/** Notes the tasks of the main thread that take over 50 ms, which is what Chromium calls long. */
function watchTasks() {
  const entries: PerformanceEntry[] = [];
  const observer = new PerformanceObserver((list) => {
    entries.push(...list.getEntries());
  });
  observer.observe({ type: "longtask" });
  return {
    /** Milliseconds of each, when the last one has been reported. */
    async durations(): Promise<number[]> {
      await new Promise((resolve) => setTimeout(resolve, 100));
      entries.push(...observer.takeRecords());
      observer.disconnect();
      return entries.map(({ duration }) => duration);
    },
  };
}

export type Suite = typeof suite;

Object.assign(globalThis, { suite });
