// npm run setup: fetches and installs all that building, testing and linting need.
import { main } from "./lib/failure.mjs";
import { withLock } from "./lib/lock.mjs";
import { say } from "./lib/progress.mjs";
import { setUp } from "./setup/setup.mjs";

await main(async () => {
  await withLock(() => setUp({ tests: true, lint: true }));
  say("Set-up is complete. Next: npm start, or npm test");
});
