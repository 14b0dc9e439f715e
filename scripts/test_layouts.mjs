// npm run test:layouts [-- DIR]: imports other separators' networks at their full sizes and separates
// with them, where tests/layouts/make_networks.py has made their ONNX files. Without these it says how
// to make them, and nothing has failed.
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { buildAll, buildEngine } from "./build/build.mjs";
import { main } from "./lib/failure.mjs";
import { layoutNames } from "./lib/layouts.mjs";
import { withLock } from "./lib/lock.mjs";
import { inBuild, inRoot } from "./lib/paths.mjs";
import { say } from "./lib/progress.mjs";
import { runLoudly } from "./lib/run.mjs";
import { setUp } from "./setup/setup.mjs";

await main(async () => {
  // npm runs scripts in the root folder; names are meant where the person stands.
  const folder = resolve(
    process.env.INIT_CWD ?? process.cwd(),
    process.argv[2] ?? inBuild("layouts"),
  );
  if (!layoutNames.some((name) => existsSync(join(folder, `${name}.onnx`)))) {
    say(
      `Skipped: there is none of ${layoutNames.map((name) => `${name}.onnx`).join(", ")} in ` +
        `${folder}. tests/layouts/make_networks.py makes them, and says what it needs.`,
    );
    return 0;
  }
  await withLock(async () => {
    await setUp();
    await buildAll();
    await buildEngine();
  });
  const vitest = inRoot("node_modules/vitest/vitest.mjs");
  const env = { DIVISI_LAYOUTS: folder };
  return runLoudly(process.execPath, [vitest, "run", "--project", "layouts"], { env });
});
