// The packages as an app gets them: packed, installed, type-checked, bundled, run.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import type { Browser } from "playwright-core";
import { createServer } from "vite";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fixturePath } from "../node/cli/support.js";
import { launchChromium } from "../support/chromium.js";
import { examplesIn } from "../support/examples.js";
import { serve } from "../support/server.js";
import { type App, copyModels, installApp, runTool } from "./packages.js";

const flac = readFileSync(fixturePath("odd/ends_in_silence.flac")).toString("base64");

/** The whole of an app: what it finds out ends up in the page's title. */
const appSource = `
import {
  decode,
  DivisiError,
  LiveTagger,
  type SeparationResult,
  Separator,
  StemPlayer,
  Tagger,
  type TagResult,
} from "divisi";

async function main(): Promise<string> {
  const samples = Float32Array.from({ length: 22050 }, (_, i) => Math.sin(i / 20) / 2);
  const separator = await Separator.create({ model: "spleeter-2stems", modelBase: "./models/" });
  const result: SeparationResult = await separator.separate(
    { sampleRate: 44100, channels: [samples, samples] },
    { stems: ["vocals"] },
  );
  const { variant } = await separator.inspect();
  separator.close();
  const tagger = await Tagger.create({ model: "musicnn-mtt", modelBase: "./models/" });
  const { tags }: TagResult = await tagger.tag({ sampleRate: 44100, channels: [samples] });
  tagger.close();
  // FLAC's decoder, too, is found wherever the bundler has put it.
  const flac = Uint8Array.from(atob("${flac}"), (letter) => letter.charCodeAt(0));
  const { channels: [decoded], decoder } = await decode(new Blob([flac]));
  // The worklet's file is found, and runs, wherever the bundler has put it.
  const context = new AudioContext({ sampleRate: 44100 });
  const player = await StemPlayer.create(context, { model: "spleeter-2stems", modelBase: "./models/" });
  await player.load({ sampleRate: 44100, channels: [samples, samples] });
  const { duration } = player;
  const live = await LiveTagger.create(context, { model: "musicnn-mtt", modelBase: "./models/" });
  const outputs = [player.node, live.node].map((node) => node.numberOfOutputs);
  player.close();
  live.close();
  return \`\${Object.keys(result.stems)} \${result.stems.vocals?.[1]?.length}, \${tags.length} tags, FLAC of \${decoded?.length} by \${decoder}, \${duration} s live on \${outputs} outputs by \${variant}\`;
}

main().then(
  (text) => { document.title = text; },
  (error: unknown) => { document.title = error instanceof DivisiError ? \`\${error.code}: \${error.message}\` : String(error); },
);
`;
const html = (script: string) => `<!doctype html><meta charset="utf-8"><title>…</title>
<link rel="icon" href="data:,"><script type="module" src="${script}"></script>`;

/** As an app would name "vite/client", which this one has not installed. */
const viteTypes = fileURLToPath(new URL("../../node_modules/vite/client", import.meta.url));

let app: App;
let browser: Browser;
beforeAll(async () => {
  app = installApp();
  app.write("src/main.ts", appSource);
  browser = await launchChromium();
});
afterAll(async () => {
  await browser?.close();
  app?.remove();
});

test("the tarball holds the code, the Wasm and the licences, and no sources or weights", () => {
  expect(app.packed).toEqual(
    expect.arrayContaining([
      "LICENSE",
      "README.md",
      "CHANGELOG.md",
      "docs/files.md",
      "docs/live.md",
      "THIRD_PARTY.md",
      "dist/index.js",
      "dist/index.js.map",
      "dist/node.js",
      "dist/worker.js",
      "dist/worklet.js",
      "dist/worker-node.js",
      "dist/index.d.ts",
      "dist/cli/main.js",
      "dist/wasm/divisi-simd.wasm",
      "dist/wasm/flac-decoder.wasm",
      "dist/wasm/divisi-relaxed-simd.wasm",
      "dist/wasm/divisi-simd-whole.wasm",
      "dist/wasm/divisi-relaxed-simd-whole.wasm",
      // What `divisi import` runs.
      "dist/importer/divisi_importer/cli.py",
      "dist/importer/tasks/htdemucs.recipe.json",
      "dist/importer/schema/graph.schema.json",
    ]),
  );
  const allowed =
    /^(LICENSE|(README|CHANGELOG|THIRD_PARTY|docs\/\w+)\.md|package\.json|dist\/.*\.(js|js\.map|d\.ts|wasm|txt)|dist\/importer\/.*\.(py|json))$/;
  expect(app.packed.filter((path) => !allowed.test(path))).toEqual([]);
});

describe("types", () => {
  test.each(["bundler", "nodenext"])(
    "pass a strict check with moduleResolution %s",
    (resolution) => {
      const module = resolution === "bundler" ? "esnext" : "nodenext";
      app.write(
        "src/files.ts",
        `import { type AudioShape, WaveEncoder, waveHeader } from "divisi/files";
         const shape: AudioShape = { sampleRate: 44100, channelCount: 2, bits: 24 };
         export const parts: Uint8Array[] = [
           waveHeader(shape, 1),
           new WaveEncoder(shape).encode([new Float32Array(1), new Float32Array(1)], 0, 1),
         ];`,
      );
      app.write(
        "tsconfig.json",
        JSON.stringify({
          compilerOptions: {
            strict: true,
            noEmit: true,
            skipLibCheck: false,
            target: "es2022",
            lib: ["es2022", "dom"],
            types: [],
            module,
            moduleResolution: resolution,
          },
          include: ["src"],
        }),
      );
      runTool(app, "typescript/bin/tsc", "-p", "tsconfig.json");
    },
  );
});

test("the tarball's documents lead to nothing that is not in it", () => {
  const folder = join(app.folder, "node_modules/divisi");
  const documents = app.packed.filter((path) => path.endsWith(".md"));
  const links = documents.flatMap((path) => {
    const text = readFileSync(join(folder, path), "utf8");
    return [...text.matchAll(/\[[^\]]*\]\(([^)\s#]+)[^)]*\)/g)].map(([, target = ""]) => ({
      path,
      target,
    }));
  });
  const own = links.filter(({ target }) => !/^https?:/.test(target));
  expect(own.length).toBeGreaterThan(2);
  expect(own.filter(({ path, target }) => !existsSync(join(folder, path, "..", target)))).toEqual(
    [],
  );
});

test("source maps lead to sources, which are in them", () => {
  const dist = join(app.folder, "node_modules/divisi/dist");
  for (const script of app.packed.filter((path) => /^dist\/[^/]*\.js$/.test(path))) {
    const code = readFileSync(join(dist, "..", script), "utf8");
    const [, name = ""] = /\/\/# sourceMappingURL=(\S+)\s*$/.exec(code) ?? [];
    const map = JSON.parse(readFileSync(join(dist, name), "utf8")) as {
      sources: string[];
      sourcesContent: (string | null)[];
    };
    expect(map.sourcesContent.filter((text) => typeof text === "string").length).toBe(
      map.sources.length,
    );
  }
});

test("types know a model's stems, and the address that Vite gives", () => {
  app.write(
    "typed/stems.ts",
    `import { LiveSeparator, Separator, StemPlayer, type ModelSource } from "divisi";
     import model from "divisi-models/spleeter-2stems.safetensors?url";
     declare const context: AudioContext;
     declare const song: File;
     declare const any: ModelSource;
     const known = await Separator.create({ model: "spleeter-2stems" });
     const { stems } = await known.separate(song);
     export const vocals: readonly Float32Array[] = stems.vocals;
     // @ts-expect-error: the model has vocals and accompaniment
     stems.vocal;
     // @ts-expect-error: it has no drums
     known.separate(song, { stems: ["drums"] });
     const one = await known.separate(song, { stems: ["vocals"] });
     one.stems.vocals;
     // @ts-expect-error: that was left out
     one.stems.accompaniment;
     for await (const block of known.stream(song)) {
       block.stems.accompaniment;
       // @ts-expect-error: as above
       block.stems.vocal;
     }
     const player = await StemPlayer.create(context, { model: "spleeter-2stems-int8" });
     player.gain("vocals");
     // @ts-expect-error: as above
     player.mute("vocal");
     const live = await LiveSeparator.create(context, { model: "spleeter-2stems" });
     // @ts-expect-error: as above
     live.solo("vocal");
     // Of other models any name may be a stem's, and may be missing.
     for (const source of [model, any]) {
       const other = await Separator.create({ model: source });
       const result = await other.separate(song);
       result.stems.drums?.[0]?.length;
       // @ts-expect-error: it may be missing
       result.stems.drums.length;
       const told = other as Separator<"drums" | "bass">;
       (await told.separate(song)).stems.bass.length;
     }
     // What takes any model's takes a known one's.
     const taken: Separator = known;
     const shown: StemPlayer = player;
     export { taken, shown };`,
  );
  const compilerOptions = {
    ...{ strict: true, noEmit: true, noUncheckedIndexedAccess: true, target: "es2022" },
    ...{ lib: ["es2022", "dom", "dom.asynciterable"], module: "esnext" },
    ...{ moduleResolution: "bundler", types: [viteTypes] },
  };
  app.write("typed/tsconfig.json", JSON.stringify({ compilerOptions, include: ["."] }));
  runTool(app, "typescript/bin/tsc", "-p", "typed/tsconfig.json");
});

test("types of stems are the catalogue's", () => {
  app.write(
    "stems.mjs",
    `import { models } from "divisi";
     console.log(JSON.stringify(models.filter((m) => m.task === "separation").map((m) => [m.name, m.stems])));`,
  );
  const known = JSON.parse(runTool(app, join(app.folder, "stems.mjs"))) as [string, string[]][];
  const lines = known.flatMap(([name, stems]) => {
    const union = stems.map((stem) => JSON.stringify(stem)).join(" | ");
    return [`const stems: Same<ModelStems[${JSON.stringify(name)}], ${union}> = true; stems;`];
  });
  const names = known.map(([name]) => JSON.stringify(name)).join(" | ");
  app.write(
    "typed/catalogue.ts",
    `import type { ModelStems } from "divisi";
     type Same<A, B> = [A, B] extends [B, A] ? true : false;
     const names: Same<keyof ModelStems, ${names}> = true;
     export { names };
     ${lines.map((line) => `{ ${line} }`).join("\n")}`,
  );
  runTool(app, "typescript/bin/tsc", "-p", "typed/tsconfig.json");
});

describe("a page", () => {
  test("bundled by Vite, unconfigured, separates and tags", async () => {
    app.write("index.html", html("/src/main.ts"));
    copyModels(app, "public/models");
    runTool(app, "vite/bin/vite.js", "build", "--logLevel", "warn", "--base", "./");
    expect(await titleOf(join(app.folder, "dist"))).toMatch(
      /^vocals 22050, 50 tags, FLAC of 8193 by divisi, 0.5 s live on 3,1 outputs by (relaxed-)?simd$/,
    );
  });

  test("of Vite's dev server, unconfigured, separates and tags", async () => {
    const server = await createServer({ root: app.folder, logLevel: "error", configFile: false });
    try {
      await server.listen();
      expect(await titleAt(server.resolvedUrls?.local[0] ?? "")).toMatch(
        /^vocals 22050, 50 tags, FLAC of 8193 by divisi, 0.5 s live on 3,1 outputs by/,
      );
    } finally {
      await server.close();
    }
  });

  test("bundled by webpack, unconfigured, separates and tags", async () => {
    compile();
    runTool(
      app,
      "webpack-cli/bin/cli.js",
      ...["--mode", "production", "--entry", "./js/main.js", "--output-path", "packed"],
    );
    app.write("packed/index.html", html("main.js"));
    copyModels(app, "packed/models");
    expect(await titleOf(join(app.folder, "packed"))).toMatch(
      /^vocals 22050, 50 tags, FLAC of 8193 by divisi, 0.5 s live on 3,1 outputs by (relaxed-)?simd$/,
    );
  });

  test("bundled by esbuild, with divisi's own files beside the bundle, separates and tags", async () => {
    await build({
      absWorkingDir: app.folder,
      entryPoints: ["src/main.ts"],
      outdir: "esbuilt",
      bundle: true,
      format: "esm",
    });
    // The README's line.
    const [copying] = examplesIn("README.md", "sh").filter(({ code }) => /^cp /.test(code));
    execFileSync("sh", ["-e", "-c", copying?.code.replaceAll("out/", "esbuilt/") ?? "exit 1"], {
      cwd: app.folder,
    });
    app.write("esbuilt/index.html", html("main.js"));
    copyModels(app, "esbuilt/models");
    expect(await titleOf(join(app.folder, "esbuilt"))).toMatch(
      /^vocals 22050, 50 tags, FLAC of 8193 by divisi, 0.5 s live on 3,1 outputs by (relaxed-)?simd$/,
    );
  });

  test("without a bundler, by an import map, separates and tags", async () => {
    compile();
    const imports = JSON.stringify({ imports: { divisi: "/node_modules/divisi/dist/index.js" } });
    app.write("plain.html", `<script type="importmap">${imports}</script>${html("/js/main.js")}`);
    copyModels(app, "models");
    expect(await titleOf(app.folder, "plain.html")).toMatch(
      /^vocals 22050, 50 tags, FLAC of 8193 by divisi, 0.5 s live on 3,1 outputs by (relaxed-)?simd$/,
    );
  });

  /** The README's lines for a bundler, in an app that says what came of them. */
  function writeBundlersApp(index: number): void {
    const code = examplesIn("README.md", "js")[index]?.code ?? "throw new Error('no example')";
    const [imports, rest] = [code.match(/^import .*$/gm) ?? [], code.replace(/^import .*$/gm, "")];
    app.write(
      "bundled/main.js",
      `${imports.join("\n")}
       const run = async () => {
         ${rest}
         const channels = [new Float32Array(22050).fill(0.1)];
         const { stems } = await separator.separate({ sampleRate: 44100, channels });
         return Object.entries(stems).map(([name, [samples]]) => name + " " + samples.length);
       };
       run().then((text) => { document.title = text; }, (error) => { document.title = error; });`,
    );
    app.write("bundled/index.html", html("./main.js"));
  }
  const separated = "vocals 22050,accompaniment 22050";

  test.each([
    ["an import of its address", 0],
    ["a URL beside the module", 1],
  ])("bundled by Vite has the model by %s", async (_, index) => {
    writeBundlersApp(index);
    runTool(app, "vite/bin/vite.js", "build", "bundled", "--logLevel", "warn", "--base", "./");
    expect(await titleOf(join(app.folder, "bundled/dist"))).toBe(separated);
    const server = await createServer({
      root: join(app.folder, "bundled"),
      logLevel: "error",
      configFile: false,
    });
    try {
      await server.listen();
      expect(await titleAt(server.resolvedUrls?.local[0] ?? "")).toBe(separated);
    } finally {
      await server.close();
    }
  });

  test("bundled by webpack has the model by a URL beside the module", async () => {
    writeBundlersApp(1);
    runTool(
      app,
      "webpack-cli/bin/cli.js",
      ...["--mode", "production", "--entry", "./bundled/main.js"],
      ...["--output-path", "bundled/packed"],
    );
    app.write("bundled/packed/index.html", html("main.js"));
    expect(await titleOf(join(app.folder, "bundled/packed"))).toBe(separated);
  });

  test("of Vite's dev server is told that a page came where the model is missing", async () => {
    app.write(
      "missing/main.js",
      `import { Separator } from "divisi";
       Separator.create({ model: "spleeter-2stems", modelBase: "/no-models/" }).catch((error) => {
         document.title = error.code + ": " + error.message;
       });`,
    );
    app.write("missing/index.html", html("./main.js"));
    const server = await createServer({
      root: join(app.folder, "missing"),
      logLevel: "error",
      configFile: false,
    });
    try {
      await server.listen();
      const url = server.resolvedUrls?.local[0] ?? "";
      expect(await titleAt(url)).toBe(
        `model-not-found: ${url}no-models/spleeter-2stems.safetensors: is not there: ` +
          "the server answered with a web page instead of the file",
      );
    } finally {
      await server.close();
    }
  });

  test("bundled for browsers holds no import of Node's", async () => {
    const { outputFiles } = await build({
      absWorkingDir: app.folder,
      entryPoints: ["src/main.ts"],
      bundle: true,
      format: "esm",
      platform: "browser",
      write: false,
    });
    const bundle = outputFiles[0]?.text ?? "";
    expect(bundle).toContain("worker.js");
    expect(bundle).not.toMatch(/["']node:/);
  });
});

describe("Node", () => {
  test("finds the installed models by itself", () => {
    app.write(
      "separate.mjs",
      `import { Separator, Tagger } from "divisi";
       const separator = await Separator.create({ model: "spleeter-2stems" });
       const channels = [new Float32Array(1000).fill(0.25)];
       const { stems } = await separator.separate({ sampleRate: 8000, channels });
       const tagger = await Tagger.create({ model: "musicnn-mtt" });
       const { tags, padded } = await tagger.tag({ sampleRate: 8000, channels });
       console.log(Object.keys(stems).join(), stems.vocals[0].length, tags.length, padded);`,
    );
    expect(runTool(app, join(app.folder, "separate.mjs"))).toBe(
      "vocals,accompaniment 1000 50 true\n",
    );
  });

  test("offers the subpaths and nothing of dist", () => {
    app.write(
      "subpaths.mjs",
      `const wasm = import.meta.resolve("divisi/wasm/divisi-simd.wasm");
       const worker = import.meta.resolve("divisi/worker");
       const worklet = import.meta.resolve("divisi/worklet");
       const inner = await import("divisi/dist/index.js").catch((error) => error.code);
       console.log(wasm.split("/").pop(), worker.split("/").pop(), worklet.split("/").pop(), inner);`,
    );
    const printed = runTool(app, join(app.folder, "subpaths.mjs"));
    expect(printed).toBe(
      "divisi-simd.wasm worker-node.js worklet.js ERR_PACKAGE_PATH_NOT_EXPORTED\n",
    );
  });

  test("makes the bytes of files, with the errors of the same package", () => {
    app.write(
      "files.mjs",
      `import { DivisiError } from "divisi";
       import { csvRow, FlacEncoder, WaveEncoder, waveHeader } from "divisi/files";
       const shape = { sampleRate: 8000, channelCount: 1, bits: 16 };
       const encoder = new WaveEncoder(shape);
       const samples = encoder.encode([Float32Array.of(0, 1, -2)], 0, 3);
       const [header, value] = [waveHeader(shape, 3), new DataView(samples.buffer)];
       let error;
       try { new FlacEncoder({}, { ...shape, bits: 32 }, "a.flac"); } catch (e) { error = e; }
       console.log(String.fromCharCode(...header.slice(0, 4)), value.getInt16(4, true),
         encoder.clippedSamples, JSON.stringify(csvRow(["a,b", 1])), error instanceof DivisiError);`,
    );
    expect(runTool(app, join(app.folder, "files.mjs"))).toBe(
      'RIFF -32768 1 "\\"a,b\\",1.000000\\r\\n" true\n',
    );
  });

  test("runs the command line", () => {
    const cli = join(app.folder, "node_modules/divisi/dist/cli/main.js");
    const { models } = JSON.parse(runTool(app, cli, "models", "--json"));
    expect(models.map(({ name }: { name: string }) => name)).toContain("spleeter-2stems");
  });
});

/** Makes main.js in the folder js for those that read no TypeScript of their own accord. */
function compile(): void {
  const emit = ["--noEmit", "false", "--rootDir", "src", "--outDir", "js"];
  runTool(app, "typescript/bin/tsc", "-p", "tsconfig.json", ...emit);
}

/** Serves a folder plainly and returns what its page's title says in the end. */
async function titleOf(folder: string, file = ""): Promise<string> {
  const server = await serve({ "/": folder });
  try {
    return await titleAt(`${server.origin}/${file}`);
  } finally {
    await server.close();
  }
}

/** The title that the app gives its page when it is done. */
async function titleAt(url: string): Promise<string> {
  const page = await browser.newPage();
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(String(error)));
  try {
    await page.goto(url);
    await page.waitForFunction(() => document.title !== "…", undefined, { timeout: 60_000 });
    expect(complaints).toEqual([]);
    return await page.title();
  } finally {
    await page.close();
  }
}
