// node scripts/bench_quality.mjs [OPTIONS]: the quality section of the bench alone, which needs neither
// a browser nor a quiet machine. Needs `npm run build`.
import { pathToFileURL } from "node:url";
import { ensureMixes } from "./bench/mixes.mjs";
import { bundleForNode } from "./bench/prepare.mjs";
import { main } from "./lib/failure.mjs";

await main(async () => {
  const args = process.argv.slice(2);
  if (!args.includes("--help") && !args.includes("--quick")) await ensureMixes();
  const program = await bundleForNode("tests/bench/quality/main.ts", "quality/bench");
  const bench = await import(pathToFileURL(program).href);
  return bench.main(args);
});
