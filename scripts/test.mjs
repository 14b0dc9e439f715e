// npm test [-- SUITE…]: sets up, builds everything, runs every test suite (or those named) and ends
// with a line that says how many tests passed and failed.
import { buildAll, buildDemo } from "./build/build.mjs";
import { Failure, main } from "./lib/failure.mjs";
import { withLock } from "./lib/lock.mjs";
import { duration, say } from "./lib/progress.mjs";
import { setUp } from "./setup/setup.mjs";
import { runSuite, suites } from "./test/suites.mjs";

function chosenSuites(names) {
  const known = suites.map((suite) => suite.name);
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    throw new Failure(
      `There is no test suite ${unknown.join(", ")}`,
      `choose from ${known.join(", ")}`,
    );
  }
  return names.length > 0 ? suites.filter((suite) => names.includes(suite.name)) : suites;
}

const count = ({ passed, failed, skipped }) =>
  `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;

await main(async () => {
  const chosen = chosenSuites(process.argv.slice(2));
  await withLock(async () => {
    await setUp({ tests: true });
    await buildAll({ native: true });
    await buildDemo();
  });
  const lines = [];
  const total = { passed: 0, failed: 0, skipped: 0 };
  for (const suite of chosen) {
    say(`\n── ${suite.name}: ${suite.what}`);
    const start = Date.now();
    const result = await runSuite(suite);
    for (const key of Object.keys(total)) total[key] += result[key];
    const took = duration((Date.now() - start) / 1000);
    lines.push(
      `${result.failed > 0 ? "✗" : "✓"} ${suite.name.padEnd(9)} ${count(result)} (${took})`,
    );
  }
  console.log(`\n${lines.join("\n")}`);
  if (total.skipped > 0) console.log(`${total.skipped} skipped`);
  console.log(`${total.passed} passed, ${total.failed} failed`);
  return total.failed > 0 ? 1 : 0;
});
