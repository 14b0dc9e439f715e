// npm run build: sets up if need be, then builds the Wasm variants, the models and the packages.
// With --native also the core and its tests for this machine.
import { buildAll } from "./build/build.mjs";
import { main } from "./lib/failure.mjs";
import { withLock } from "./lib/lock.mjs";
import { say } from "./lib/progress.mjs";
import { setUp } from "./setup/setup.mjs";

await main(async () => {
  await withLock(async () => {
    await setUp();
    await buildAll({ native: process.argv.includes("--native") });
  });
  say("Built. Next: npm start -- SONG, or npm test");
});
