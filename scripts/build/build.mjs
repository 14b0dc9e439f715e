// What there is to build, each part incremental: the Wasm variants, the model files, the npm
// packages, and the native core with its tests.
import { existsSync, readFileSync } from "node:fs";
import { inBuild, inRoot } from "../lib/paths.mjs";
import { step } from "../lib/progress.mjs";
import { run } from "../lib/run.mjs";
import { forget, isDone, markDone, treeDigest } from "../lib/stamp.mjs";
import { python } from "../setup/python.mjs";
import { buildPreset } from "./cmake.mjs";

const kVariants = ["simd", "relaxed-simd"];

const wasmFiles = kVariants
  .flatMap((variant) =>
    ["", "-whole"].flatMap((engine) =>
      ["mjs", "wasm"].map((end) =>
        inBuild(`wasm-${variant}/wasm/divisi-${variant}${engine}.${end}`),
      ),
    ),
  )
  .concat(["flac", "mp3"].map((name) => inBuild(`wasm-simd/wasm/${name}/${name}-decoder.wasm`)));

export async function buildWasm() {
  for (const variant of kVariants) {
    await buildPreset(`wasm-${variant}`, `the Wasm variant ${variant}`);
  }
}

export async function buildNative() {
  await buildPreset("native", "the core and its tests for this machine");
  await buildPreset("native-sanitize", "the core and its tests under AddressSanitizer and UBSan");
}

/** The program by which the importer checks what it has made. */
export async function buildEngine() {
  const title = "the engine as a program for this machine";
  await buildPreset("native", title, ["divisi_run_network"]);
}

/** Runs the step only if its inputs changed since it was last done. */
async function once(name, title, inputs, outputs, work) {
  const key = treeDigest(inputs);
  if (isDone(name, key, outputs)) return;
  forget(name);
  await step(title, work);
  markDone(name, key);
}

function modelFiles() {
  const manifest = JSON.parse(readFileSync(inRoot("models/manifest.json"), "utf8"));
  return manifest.models
    .flatMap((model) => [model, ...(model.variants ?? [])])
    .map((file) => inBuild("models", file.file));
}

export async function importModels() {
  const inputs = [
    "import.py",
    "importer",
    "divisi_importer",
    "manifest.json",
    "cards",
    "schema",
    "licences",
  ];
  await once(
    "models",
    "Importing the models",
    inputs.map((name) => inRoot("models", name)),
    modelFiles(),
    () =>
      run(python, [inRoot("models/import.py"), "--out", inBuild("models")], {
        what: "Importing the models",
        remedy: "see the message above; when the network failed, just run this again",
        progress: (line) => line,
      }),
  );
}

export async function buildPackages() {
  const sources = [
    "src",
    "cli",
    "build",
    "package.json",
    "tsconfig.json",
    "tsconfig.declarations.json",
  ];
  await once(
    "package",
    "Building the npm package divisi",
    [
      ...sources.map((name) => inRoot("js", name)),
      inRoot("models/manifest.json"),
      inRoot("models/catalogue.mjs"),
      ...["divisi_importer", "schema", "tasks"].map((name) => inRoot("models", name)),
      inRoot("package-lock.json"),
      // What is packed beside the code.
      ...["README.md", "CHANGELOG.md", "LICENSE", "THIRD_PARTY.md"].map((name) => inRoot(name)),
      ...["analysis", "files", "import", "live", "notes", "performance", "quality", "sampler"].map(
        (name) => inRoot("docs", `${name}.md`),
      ),
      ...wasmFiles,
    ],
    [inRoot("js/dist/index.js"), inRoot("js/dist/node.js"), inRoot("js/dist/cli/main.js")],
    () => run("npm", ["run", "--silent", "build", "-w", "js"], { what: "Building js/" }),
  );
  await once(
    "models-package",
    "Packing the npm package divisi-models",
    ["pack.mjs", "catalogue.mjs", "manifest.json", "cards", "licences"].map((name) =>
      inRoot("models", name),
    ),
    [inBuild("packages/divisi-models/package.json")],
    () => run("node", [inRoot("models/pack.mjs")], { what: "Packing divisi-models" }),
  );
}

/** All that running divisi takes. */
export async function buildAll({ native = false } = {}) {
  await importModels();
  await buildWasm();
  await buildPackages();
  if (native) await buildNative();
}

/** What `buildDemo` makes: the web demo as a folder of plain files. */
export const demoFolder = inRoot("web-demo/dist");

/** The web demo, after `buildAll`. */
export async function buildDemo() {
  const sources = ["src", "build", "public", "index.html", "package.json", "vite.config.ts"];
  await once(
    "demo",
    "Building the web demo",
    [
      ...sources.map((name) => inRoot("web-demo", name)),
      inRoot("sample/song.ogg"),
      inRoot("js/dist/index.js"),
      inRoot("js/dist/worker.js"),
      inRoot("js/dist/worklet.js"),
      inRoot("package-lock.json"),
      inBuild("packages/divisi-models/manifest.json"),
      ...wasmFiles,
    ],
    [inRoot("web-demo/dist/index.html"), inRoot("web-demo/dist/service_worker.js")],
    () =>
      run("npm", ["run", "--silent", "build", "-w", "web-demo"], { what: "Building web-demo/" }),
  );
}

export const isBuilt = () =>
  [...wasmFiles, inRoot("js/dist/cli/main.js")].every((p) => existsSync(p));
