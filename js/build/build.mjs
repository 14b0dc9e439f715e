// Makes js/dist: two entry points, two Worker scripts, the Wasm files, the command line, the types.
//
//   node build/build.mjs            after `npm run build` has made build/wasm-*
import { spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { namedModels } from "../../models/catalogue.mjs";

const js = fileURLToPath(new URL("..", import.meta.url));
const root = join(js, "..");
const dist = join(js, "dist");
/** Everything is made here and then moved: programs that use `dist` meanwhile keep the old one. */
const fresh = join(root, "build", "js-dist");
/** The part of the manifest that js/src/models/catalogue.ts reads. */
const manifestInUse = join(root, "build", "js-manifest.json");
const variants = ["simd", "relaxed-simd"];

/** Each variant has two engines, the small one and the whole one. */
const engines = variants.flatMap((variant) => [variant, `${variant}-whole`]);
const variantOf = (engine) => engine.replace(/-whole$/, "");

const wasmOutput = (variant, extension, engine = variant) =>
  join(root, "build", `wasm-${variant}`, "wasm", `divisi-${engine}.${extension}`);
/** FLAC's is for pages as well, MP3's for the command line alone; the same in every variant. */
const decoders = ["flac", "mp3"].map((name) =>
  join(root, "build", "wasm-simd", "wasm", name, `${name}-decoder.wasm`),
);

function checkInputs() {
  const missing = variants
    .flatMap((variant) =>
      ["mjs", "wasm", "d.ts"].map((extension) => wasmOutput(variant, extension)),
    )
    .concat(
      decoders,
      engines.flatMap((engine) =>
        ["mjs", "wasm"].map((e) => wasmOutput(variantOf(engine), e, engine)),
      ),
    )
    .filter((path) => !existsSync(path));
  if (missing.length > 0) {
    console.error(`js: missing ${missing.join(", ")}; run \`npm run build\` in the root folder`);
    process.exit(1);
  }
}

/** Both engines of a variant are run by the script of the small one: the scripts must be the same. */
function checkGlue() {
  for (const variant of variants) {
    const [small, whole] = [variant, `${variant}-whole`].map((engine) =>
      readFileSync(wasmOutput(variant, "mjs", engine), "utf8").replaceAll(
        `divisi-${engine}`,
        "divisi",
      ),
    );
    if (small === whole) continue;
    console.error(`js: the scripts of ${variant}'s two engines differ, so one cannot run both`);
    process.exit(1);
  }
}

/** Leaves out where models come from and how they are imported: apps need not download that. */
function writeManifest() {
  const manifest = JSON.parse(readFileSync(join(root, "models", "manifest.json"), "utf8"));
  const kept = namedModels(manifest).map(
    ({ source, card, importer, licenceFile, ...model }) => model,
  );
  writeFileSync(manifestInUse, JSON.stringify({ models: kept }));
}

/**
 * What index.ts exports, each a file of its own beside index.js: bundlers leave out whole files that
 * an app does not use, but hardly ever half of one.
 */
const modules = Object.fromEntries(
  [
    ...readFileSync(join(js, "src", "index.ts"), "utf8").matchAll(
      /^export \{.*from "\.\/(.*)\.js"/gm,
    ),
  ].map(([, path]) => [basename(path), `src/${path}.ts`]),
);

/** Has index.js export from the other modules' files, whose code it must not hold a second time. */
const linkModules = {
  name: "link-modules",
  setup(builder) {
    builder.onResolve({ filter: /^\.\// }, ({ path, importer, kind }) => {
      if (kind === "entry-point") return undefined;
      const source = relative(js, join(dirname(importer), path)).replace(/\.js$/, ".ts");
      const name = Object.keys(modules).find((candidate) => modules[candidate] === source);
      return name
        ? { path: `./${name}.js`, external: true, sideEffects: false }
        : { errors: [{ text: `${source}: another module has the name of its file` }] };
    });
  },
};

/**
 * `environment` is the folder of the platform's own sources: browser or node. Several entry points
 * share the files of what they have in common; these lie beside them, as URLs are relative to them.
 */
function bundle(environment, entryPoints, plugins = []) {
  return build({
    absWorkingDir: js,
    entryPoints,
    plugins,
    outdir: fresh,
    bundle: true,
    format: "esm",
    target: "es2022",
    platform: environment === "node" ? "node" : "browser",
    minify: environment === "browser",
    splitting: true,
    chunkNames: "shared-[hash]",
    legalComments: "linked",
    // With the sources in them, which the package doesn't hold besides.
    sourcemap: true,
    logLevel: "warning",
    // Loading of assets is left to whoever bundles the app.
    alias: {
      "#platform": join(js, "src", environment, "platform.ts"),
      "#compile": join(js, "src", environment, "compile.ts"),
      "#manifest": manifestInUse,
      ...Object.fromEntries(
        variants.map((variant) => [`#wasm/${variant}`, wasmOutput(variant, "mjs")]),
      ),
    },
  });
}

/** The command line is a user of the package like any other. */
function bundleCli() {
  const main = join(js, "cli", "main.ts");
  if (!existsSync(main)) return undefined;
  return build({
    absWorkingDir: js,
    entryPoints: { "cli/main": main },
    outdir: fresh,
    bundle: true,
    format: "esm",
    target: "node20",
    platform: "node",
    packages: "external",
    // By name: tsconfig.json's paths, made for type checking, would lead into the sources.
    external: ["divisi"],
    sourcemap: true,
    logLevel: "warning",
  });
}

function copyWasm() {
  mkdirSync(join(fresh, "wasm"), { recursive: true });
  for (const name of engines) {
    cpSync(wasmOutput(variantOf(name), "wasm", name), join(fresh, "wasm", `divisi-${name}.wasm`));
  }
  for (const path of decoders) cpSync(path, join(fresh, "wasm", basename(path)));
}

/** The importer for `divisi import`, which Python runs from here. */
function copyImporter() {
  const filter = (path) => !path.endsWith("__pycache__");
  for (const name of ["divisi_importer", "schema", "tasks"]) {
    cpSync(join(root, "models", name), join(fresh, "importer", name), { recursive: true, filter });
  }
}

/** The guides that users of the package read; others are about this repository. */
const guides = [
  "analysis.md",
  "files.md",
  "import.md",
  "live.md",
  "notes.md",
  "performance.md",
  "quality.md",
  "sampler.md",
];
const documents = ["README.md", "CHANGELOG.md", ...guides.map((name) => `docs/${name}`)];

/** What a package must carry along; npm packs only what lies in its own folder. */
function copyDocuments() {
  for (const name of ["LICENSE", "THIRD_PARTY.md"]) cpSync(join(root, name), join(js, name));
  mkdirSync(join(js, "docs"), { recursive: true });
  for (const name of documents) {
    writeFileSync(join(js, name), forPackage(name, readFileSync(join(root, name), "utf8")));
  }
}

/** A document whose links lead to what the package has: of others the text is left, of pictures nothing. */
function forPackage(name, text) {
  const isThere = (target) => {
    if (/^(https?:|#)/.test(target)) return true;
    const path = join(dirname(name), target.replace(/#.*/, ""));
    return [...documents, "LICENSE", "THIRD_PARTY.md"].includes(path);
  };
  return text
    .replace(/^!\[[^\]]*\]\(([^)\s]+)\)\n\n?/gm, (all, target) => (isThere(target) ? all : ""))
    .replace(/(?<!!)\[([^\]]*)\]\(([^)\s]+)\)/g, (all, words, target) =>
      isThere(target) ? all : words,
    );
}

function makeDeclarations() {
  const typescript = dirname(createRequire(import.meta.url).resolve("typescript/package.json"));
  const { status } = spawnSync(
    process.execPath,
    [
      join(typescript, "bin", "tsc"),
      ...["-p", join(js, "tsconfig.declarations.json"), "--outDir", fresh],
    ],
    { stdio: "inherit" },
  );
  if (status !== 0) process.exit(1);
}

checkInputs();
checkGlue();
writeManifest();
rmSync(fresh, { recursive: true, force: true });
await Promise.all([
  bundle("browser", {
    ...modules,
    files: "src/files/index.ts",
    readers: "src/read/index.ts",
  }),
  bundle("browser", { index: "src/index.ts" }, [linkModules]),
  // Scripts that are loaded by their URL are whole: no bundler sees what they import.
  bundle("browser", { worker: "src/browser/worker.ts" }),
  bundle("browser", { worklet: "src/live/worklet/worklet.ts" }),
  bundle("node", {
    node: "src/index.ts",
    "files-node": "src/files/index.ts",
    "readers-node": "src/read/index.ts",
  }),
  bundle("node", { "worker-node": "src/node/worker.ts" }),
  bundleCli(),
]);
copyWasm();
copyImporter();
copyDocuments();
makeDeclarations();
rmSync(dist, { recursive: true, force: true });
renameSync(fresh, dist);
