// node scripts/bench_quality.mjs [OPTIONS]: the quality bench alone (tests/bench/quality). Needs
// `npm run build` and the mixes of tests/bench/quality/make_mixes.py.
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { main } from "./lib/failure.mjs";
import { inBuild, inRoot } from "./lib/paths.mjs";

await main(async () => {
  // Inside of the project, so that Node finds the packages that the bundle leaves out, and as deep
  // as the sources, so that their paths to scripts/lib hold.
  const outfile = inBuild("quality/bench/bench.mjs");
  await build({
    entryPoints: [inRoot("tests/bench/quality/main.ts")],
    outfile,
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node20",
    packages: "external",
    // These know their place in the project by their own address.
    external: ["../../../scripts/lib/*"],
    // Not the sources that TypeScript knows as divisi, but the built package.
    tsconfigRaw: {},
    logLevel: "warning",
  });
  const bench = await import(pathToFileURL(outfile).href);
  return bench.main(process.argv.slice(2));
});
