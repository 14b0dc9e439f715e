// npm run test:htdemucs [-- --htdemucs DIR --mixes DIR]: tests the real HTDemucs, for whoever has
// imported it. Without its files it says how to get them, and nothing has failed.
import { parseArgs } from "node:util";
import { buildAll, buildDemo, buildEngine } from "./build/build.mjs";
import { Failure, main } from "./lib/failure.mjs";
import { htdemucsFolder, missingHtdemucs } from "./lib/htdemucs.mjs";
import { withLock } from "./lib/lock.mjs";
import { inRoot } from "./lib/paths.mjs";
import { say } from "./lib/progress.mjs";
import { runLoudly } from "./lib/run.mjs";
import { setUp } from "./setup/setup.mjs";

function readOptions() {
  const options = { htdemucs: { type: "string" }, mixes: { type: "string" } };
  try {
    return parseArgs({ options }).values;
  } catch (error) {
    throw new Failure(
      error.message,
      "npm run test:htdemucs -- --htdemucs DIR (with the network) --mixes DIR (with known stems)",
    );
  }
}

await main(async () => {
  const { htdemucs, mixes } = readOptions();
  const folder = htdemucsFolder(htdemucs);
  const missing = missingHtdemucs(folder, ["onnx", "f16"]);
  if (missing !== undefined) {
    say(`Skipped: ${missing}.`);
    return 0;
  }
  await withLock(async () => {
    await setUp();
    await buildAll();
    await buildEngine();
    await buildDemo();
  });
  const env = { DIVISI_HTDEMUCS: folder, ...(mixes && { DIVISI_MIXES: mixes }) };
  const vitest = inRoot("node_modules/vitest/vitest.mjs");
  return runLoudly(process.execPath, [vitest, "run", "--project", "htdemucs"], { env });
});
