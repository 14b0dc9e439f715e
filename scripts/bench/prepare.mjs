// What only the bench builds: the engine's bench modules, the other runtimes' model files, and the
// bench's own program.
import { rmSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { configurePreset } from "../build/cmake.mjs";
import { inBuild, inRoot } from "../lib/paths.mjs";
import { step } from "../lib/progress.mjs";
import { run } from "../lib/run.mjs";
import { forget, isDone, markDone, treeDigest } from "../lib/stamp.mjs";
import { benchPython } from "./setup.mjs";

export async function buildBenchEngine() {
  for (const variant of ["simd", "relaxed-simd"]) {
    await step(`Building the bench's module of the Wasm variant ${variant}`, async () => {
      const preset = `wasm-${variant}`;
      await configurePreset(preset);
      await run("cmake", ["--build", "--preset", preset, "--target", "divisi_bench_wasm"], {
        what: "Building the bench's Wasm module",
      });
    });
  }
}

const kModels = ["spleeter-2stems", "musicnn-mtt", "musicnn-mtt-pruned"];

export async function makeBenchModels() {
  const folder = inBuild("bench/models");
  const inputs = ["tests/bench/models", "tests/bench/requirements.txt", "models/importer"];
  const key = treeDigest(inputs.map((path) => inRoot(path)));
  const outputs = kModels.flatMap((name) =>
    [".onnx", ".tflite", "-tfjs/model.json"].map((end) => `${folder}/${name}${end}`),
  );
  if (isDone("bench-models", key, outputs)) return;
  forget("bench-models");
  await step("Making the other runtimes' model files", async () => {
    const script = inRoot("tests/bench/models/make_models.py");
    await run(benchPython, [script, "--out", folder], {
      what: "Making the other runtimes' model files",
      progress: (line) => /^bench: (.*)/.exec(line)?.[1],
    });
    markDone("bench-models", key);
  });
}

/** @returns the path of the bench's program */
export const bundleDriver = () => bundleForNode("tests/bench/driver/main.ts", "bench/driver");

/** Node runs no TypeScript: makes JavaScript of a main.ts. @returns the path of the program */
export async function bundleForNode(source, folder) {
  const { build } = await import("esbuild");
  const outdir = inBuild(folder);
  rmSync(outdir, { recursive: true, force: true });
  await build({
    entryPoints: [inRoot(source)],
    outdir,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    // What is imported late stays apart, and with it what it imports.
    splitting: true,
    platform: "node",
    format: "esm",
    target: "node20",
    packages: "external",
    logLevel: "warning",
    // Not the sources that TypeScript knows as divisi, but the built package.
    tsconfigRaw: {},
    plugins: [inPlace],
  });
  return `${outdir}/main.mjs`;
}

/** Scripts that find files by where they lie themselves are imported from there. */
const inPlace = {
  name: "in-place",
  setup(build) {
    build.onResolve({ filter: /^\..*\.mjs$/ }, ({ path, resolveDir }) => ({
      path: pathToFileURL(resolve(resolveDir, path)).href,
      external: true,
    }));
  },
};
