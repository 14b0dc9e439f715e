// npm run fuzz [-- SECONDS]: libFuzzer on the model reader and the graph compiler, starting from the
// committed seeds and what earlier runs found. A finding is left in build/fuzz as crash-*.
import { mkdirSync } from "node:fs";
import { buildPreset } from "./build/cmake.mjs";
import { Failure, main } from "./lib/failure.mjs";
import { withLock } from "./lib/lock.mjs";
import { inBuild, inRoot } from "./lib/paths.mjs";
import { runLoudly } from "./lib/run.mjs";
import { setUp } from "./setup/setup.mjs";

await main(async () => {
  const seconds = Number(process.argv[2] ?? 60);
  if (!(seconds > 0)) throw new Failure(`${process.argv[2]} is not a number of seconds`);
  await withLock(async () => {
    await setUp({ fuzz: true });
    await buildPreset("native", "the core and its tests for this machine");
    await buildPreset("fuzz", "the fuzz targets");
  });
  const corpus = inBuild("fuzz/corpus");
  mkdirSync(corpus, { recursive: true });
  const options = [
    `-max_total_time=${seconds}`,
    `-dict=${inRoot("tests/fuzz/model.dict")}`,
    `-artifact_prefix=${inBuild("fuzz")}/`,
    "-print_final_stats=1",
  ];
  const seeds = inRoot("tests/fuzz/model_seeds");
  return runLoudly(inBuild("fuzz/tests/fuzz/model_fuzz"), [...options, corpus, seeds]);
});
