// npm run build: sets up if need be, then builds the Wasm variants, the models and the packages.
// With --native also the core and its tests for this machine; with --engine only the program by which
// the importer checks what it has made.
import { buildAll, buildEngine } from "./build/build.mjs";
import { main } from "./lib/failure.mjs";
import { withLock } from "./lib/lock.mjs";
import { say } from "./lib/progress.mjs";
import { setUp } from "./setup/setup.mjs";

await main(async () => {
  if (process.argv.includes("--engine")) {
    await withLock(async () => {
      await setUp();
      await buildEngine();
    });
    return;
  }
  await withLock(async () => {
    await setUp();
    await buildAll({ native: process.argv.includes("--native") });
  });
  say("Built. Next: npm start -- SONG, or npm test");
});
