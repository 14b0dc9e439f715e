// npm run lint: every linter, no warning allowed. npm run format (--fix): lets the formatters write.
import { buildAll } from "./build/build.mjs";
import { main } from "./lib/failure.mjs";
import { withLock } from "./lib/lock.mjs";
import { duration, say } from "./lib/progress.mjs";
import { linters } from "./lint/linters.mjs";
import { setUp } from "./setup/setup.mjs";

await main(async () => {
  const fix = process.argv.includes("--fix");
  await withLock(async () => {
    await setUp({ lint: true });
    // The TypeScript sources import the generated types of the Wasm modules, and the tests the
    // package's.
    if (!fix) await buildAll();
  });
  const failed = [];
  for (const linter of linters.filter((candidate) => !fix || candidate.fixes)) {
    const start = Date.now();
    const ok = await linter.run(fix);
    say(`${ok ? "✓" : "✗"} ${linter.name} (${duration((Date.now() - start) / 1000)})`);
    if (!ok) failed.push(linter.name);
  }
  say(failed.length > 0 ? `\nLint found something: ${failed.join(", ")}` : "\nLint found nothing.");
  return failed.length > 0 ? 1 : 0;
});
