// The examples of the README, the guides and the package's own descriptions, in an app as their
// readers would have one: all pass a strict check, and the README's run.
import { execFileSync } from "node:child_process";
import { copyFileSync, existsSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { transform } from "esbuild";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { sourceFiles } from "../../scripts/lib/files.mjs";
import { launchChromium } from "../support/chromium.js";
import { type Example, examplesIn } from "../support/examples.js";
import { type Server, serve } from "../support/server.js";
import { given, missingIn } from "./given.js";
import { type App, copyModels, installApp, runTool } from "./packages.js";

const root = fileURLToPath(new URL("../..", import.meta.url));
const sources = (folder: string, pattern: RegExp) =>
  sourceFiles([folder], pattern).map((path) => relative(root, path));

const ofReadme = examplesIn("README.md", "ts");
const ofGuides = sources("docs", /\.md$/).flatMap((file) => examplesIn(file, "ts"));
const ofDescriptions = sources("js/src", /\.ts$/).flatMap((file) => examplesIn(file, "ts"));

/** Where a page without a bundler finds the package. */
const modules = {
  divisi: "/node_modules/divisi/dist/index.js",
  "divisi/files": "/node_modules/divisi/dist/files.js",
  "divisi/readers": "/node_modules/divisi/dist/readers.js",
};

let app: App;
let browser: Browser;
let server: Server;
beforeAll(async () => {
  app = installApp();
  copyModels(app, "models");
  browser = await launchChromium("--autoplay-policy=no-user-gesture-required");
  server = await serve({ "/": app.folder });
});
afterAll(async () => {
  await server?.close();
  await browser?.close();
  app?.remove();
});

/** Imports of the package's classes that a description takes for granted, standing at the class. */
function importsFor(code: string): string[] {
  const from = { divisi: "js/src/index.ts", "divisi/files": "js/src/files/index.ts" };
  // Some are exported by both.
  const taken = new Set<string>();
  return Object.entries(from).flatMap(([name, entry]) => {
    const exported = readFileSync(join(root, entry), "utf8").matchAll(/^export \{([^}]*)\}/gm);
    const names = [...exported]
      .flatMap(([, list = ""]) => list.split(","))
      .map((item) => item.trim())
      .filter((item) => !item.startsWith("type ") && new RegExp(`\\b${item}\\b`).test(code))
      .filter((item) => !taken.has(item) && taken.add(item));
    return names.length > 0 ? [`import { ${names.join(", ")} } from "${name}";`] : [];
  });
}

test("all examples pass a strict check", () => {
  expect(ofReadme.length).toBeGreaterThanOrEqual(6);
  expect(ofDescriptions.length).toBeGreaterThanOrEqual(9);
  for (const { place, code } of [...ofReadme, ...ofGuides, ...ofDescriptions]) {
    const imports = /^import /m.test(code) || place.startsWith("README") ? [] : importsFor(code);
    const declared = missingIn(code).map((name) => `declare const ${name}: ${given[name]?.type};`);
    const file = `checked/${place.replace(/\W/g, "_")}.ts`;
    app.write(file, [...imports, ...declared, code, "export {};"].join("\n"));
  }
  const compilerOptions = {
    ...{ strict: true, noEmit: true, target: "es2022", types: [] },
    ...{ lib: ["es2022", "dom", "dom.asynciterable"], module: "esnext" },
    moduleResolution: "bundler",
  };
  app.write("checked/tsconfig.json", JSON.stringify({ compilerOptions, include: ["."] }));
  runTool(app, "typescript/bin/tsc", "-p", "checked/tsconfig.json");
});

describe("the README's examples run", () => {
  test.each(ofReadme)("$place", async ({ code }: Example) => {
    const names = missingIn(code);
    // In the order of the table: values use those before them.
    const needed = names.some((name) => given[name]?.value?.includes("audioContext"));
    const all = needed && !names.includes("audioContext") ? ["audioContext", ...names] : names;
    const values = all.map((name) => `const ${name} = ${given[name]?.value};`);
    const module = (await transform(code, { loader: "ts", target: "es2022" })).code;
    const imports = module.match(/^import .*$/gm) ?? [];
    const rest = module.replace(/^import .*$/gm, "");
    app.write(
      "example.html",
      `<!doctype html><meta charset="utf-8"><title>…</title><link rel="icon" href="data:,">
       <script type="importmap">${JSON.stringify({ imports: modules })}</script>
       <script type="module">
         ${imports.join("\n")}
         const called = window.called = new Set();
         const streamOf = (context) => {
           const [tone, end] = [context.createOscillator(), context.createMediaStreamDestination()];
           tone.connect(end);
           tone.start();
           return end.stream;
         };
         ${values.join("\n")}
         ${rest}
         document.title = "done";
       </script>`,
    );
    // A device that keeps up is never warned of.
    const expected = names.filter(
      (name) => given[name]?.value?.includes("called") && name !== "warn",
    );
    const page = await browser.newPage();
    try {
      const failed = new Promise<never>((_, reject) => page.on("pageerror", reject));
      await page.goto(`${server.origin}/example.html`);
      const isDone = (wanted: string[]) =>
        document.title === "done" &&
        wanted.every((name) => (window as unknown as { called: Set<string> }).called.has(name));
      await Promise.race([failed, page.waitForFunction(isDone, expected, { timeout: 60_000 })]);
    } finally {
      await page.close();
    }
  });

  test("its lines for the shell, too", () => {
    const [commands] = examplesIn("README.md", "sh").filter(({ code }) => code.includes("npx"));
    copyFileSync(join(root, "tests/node/fixtures/mono.mp3"), join(app.folder, "song.mp3"));
    execFileSync("sh", ["-e", "-c", commands?.code ?? "exit 1"], {
      cwd: app.folder,
      env: { PATH: process.env.PATH, HOME: process.env.HOME, npm_config_offline: "true" },
    });
    expect(existsSync(join(app.folder, "stems/song/vocals.flac"))).toBe(true);
    expect(readFileSync(join(app.folder, "catalogue.csv"), "utf8")).toContain("song.mp3");
  });
});
