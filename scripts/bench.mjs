// npm run bench [-- OPTIONS]: sets up and builds, then measures divisi beside other runtimes in
// Chromium. The measuring itself is tests/bench/driver/main.ts; `--help` lists the options.

import { ensureMixes } from "./bench/mixes.mjs";
import {
  buildBenchEngine,
  bundleDriver,
  bundleForNode,
  makeBenchModels,
} from "./bench/prepare.mjs";
import { ensureAnalysisPython, ensureBenchPackages, ensureBenchPython } from "./bench/setup.mjs";
import { buildAll } from "./build/build.mjs";
import { main } from "./lib/failure.mjs";
import { withLock } from "./lib/lock.mjs";
import { runLoudly } from "./lib/run.mjs";
import { ensureNpmPackages } from "./setup/npm.mjs";
import { setUp } from "./setup/setup.mjs";

/** Options with which nothing is measured, and so nothing has to be there. */
const kMeasureNothing = /^--(help|from(=.*)?)$/;

/** The driver reads the options properly; this only keeps things from being made in vain. */
const wants = (args, section) => {
  const only = /--only[= ](\S+)/.exec(args.join(" "))?.[1];
  return only?.split(",").includes(section);
};

await main(async () => {
  const args = process.argv.slice(2);
  const driver = await withLock(async () => {
    if (args.some((arg) => kMeasureNothing.test(arg))) {
      await ensureNpmPackages();
      return bundleDriver();
    }
    await setUp({ tests: true });
    await ensureBenchPackages();
    await buildAll();
    await buildBenchEngine();
    if (["spleeter", "musicnn"].some((section) => wants(args, section) ?? true)) {
      await ensureBenchPython();
      await makeBenchModels();
    }
    if (wants(args, "quality")) await ensureMixes();
    if (wants(args, "analysis")) {
      await ensureAnalysisPython();
      await bundleForNode("tests/bench/analysis/main.ts", "bench/analysis");
    }
    return bundleDriver();
  });
  return runLoudly(process.execPath, [driver, ...args]);
});
