/** The bench's own site: two servers with the same files, and the browser that looks at them. */

import { basename } from "node:path";
import { type BuildOptions, build } from "esbuild";
import type { Browser, Page } from "playwright-core";
import { inBuild, inRoot } from "../../../scripts/lib/paths.mjs";
import { launchChromium } from "../../support/chromium.js";
import { type Route, type Server, send, serve } from "../../support/server.js";

const inBench = (...parts: string[]) => inRoot("tests/bench", ...parts);
const inPackage = (...parts: string[]) => inBench("node_modules", ...parts);

/** Where pages find what the peers fetch by themselves. */
export const runtimeFolders: Readonly<Record<string, string>> = {
  "/runtimes/onnxruntime-web/": inPackage("onnxruntime-web/dist"),
  "/runtimes/litert/": inPackage("@litertjs/core/wasm"),
  "/runtimes/tfjs/": inPackage("@tensorflow/tfjs-backend-wasm/dist"),
  "/runtimes/spotify/": inPackage("@spotify/basic-pitch"),
};

/** Threads in Wasm need SharedArrayBuffer, and that these headers. divisi's pages do without. */
const isolation = {
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-embedder-policy": "require-corp",
};

export interface Site {
  readonly browser: Browser;
  /** The scripts as they are served, by path. */
  readonly scripts: ReadonlyMap<string, Uint8Array>;
  /** A page in a process of its own. */
  open(path: string, isolated: boolean): Promise<Page>;
  /** What pages have fetched since the last call, by path. */
  takeRequests(): string[];
  /** What a page has sent as its outputs, by "ID/NAME". */
  readonly outputs: Map<string, Float32Array>;
  close(): Promise<void>;
}

/** @param more further folders to serve, by prefix */
export async function openSite(more: Readonly<Record<string, string>>): Promise<Site> {
  const scripts = await bundle();
  const outputs = new Map<string, Float32Array>();
  const routes: Record<string, Route> = {
    "/open/": (name, response) => {
      const script = `<script type="module" src="/page/${basename(name)}.js"></script>`;
      const icon = '<link rel="icon" href="data:,">';
      send(response, "text/html", `<!doctype html><meta charset="utf-8">${icon}${script}`);
    },
    "/outputs/": (path, response, request) => {
      const parts: Buffer[] = [];
      request.on("data", (part: Buffer) => parts.push(part));
      request.on("end", () => {
        const bytes = new Uint8Array(Buffer.concat(parts));
        outputs.set(path, new Float32Array(bytes.buffer));
        send(response, "text/plain", "");
      });
    },
    "/engine/simd/": inBuild("wasm-simd/tests/bench/wasm"),
    "/engine/relaxed-simd/": inBuild("wasm-relaxed-simd/tests/bench/wasm"),
    "/models/": inBuild("models"),
    "/bench-models/": inBuild("bench/models"),
    "/basic-pitch/": inBuild("bench/basic-pitch"),
    "/inputs/": inBuild("bench/inputs"),
    "/divisi/": inRoot("js/dist"),
    "/sample/": inRoot("sample"),
    ...runtimeFolders,
    ...more,
  };
  for (const [path, code] of scripts) {
    routes[path] = (_rest, response) => send(response, "text/javascript", code);
  }
  const [plain, isolated] = await Promise.all([serve(routes), serve(routes, isolation)]);
  const browser = await launchChromium(
    // Every page is measured, whichever window would be in front.
    "--disable-renderer-backgrounding",
    "--disable-background-timer-throttling",
    "--disable-backgrounding-occluded-windows",
    // Sound without a click of the hand.
    "--autoplay-policy=no-user-gesture-required",
  );
  const servers: Server[] = [plain, isolated];
  return {
    browser,
    scripts,
    outputs,
    async open(path, wantIsolation) {
      // A context of its own: pages of one context and site share a process.
      const context = await browser.newContext();
      const page = await context.newPage();
      await page.goto(`${(wantIsolation ? isolated : plain).origin}/open/${path}`);
      return page;
    },
    takeRequests: () => servers.flatMap((server) => server.requests.splice(0)),
    async close() {
      await browser.close();
      await Promise.all(servers.map((server) => server.close()));
    },
  };
}

/** Each script as an app's bundler would make it: one minified module. */
async function bundle(): Promise<Map<string, Uint8Array>> {
  const contenders = ["divisi", "divisi_worker", "onnxruntime", "litert", "tfjs"];
  const pages = ["page", "calibration", "end_to_end", "live", "notes", "profile_worker"];
  // The package is loaded as it is published: its own URLs must work.
  const published = { alias: { divisi: "/divisi/index.js" }, external: ["/divisi/*"] };
  const parts = await Promise.all([
    bundleScripts(inFolder("contenders", contenders), {}),
    bundleScripts(inFolder("notes", ["divisi", "onnxruntime", "spotify"]), published),
    bundleScripts(inFolder("page", pages), {
      ...published,
      external: ["/divisi/*", "/contenders/*", "/notes/*"],
    }),
    // Not run: what an app that separates takes of the package.
    bundleScripts(inFolder("page", ["separating_app"]), {
      alias: { divisi: inRoot("js/dist/index.js") },
    }),
  ]);
  return new Map(parts.flat());
}

const inFolder = (folder: string, names: readonly string[]) =>
  names.map((name) => `${folder}/${name}`);

async function bundleScripts(
  names: readonly string[],
  options: BuildOptions,
): Promise<[string, Uint8Array][]> {
  const { outputFiles } = await build({
    ...options,
    entryPoints: names.map((name) => inBench(`${name}.ts`)),
    outbase: inBench(),
    outdir: "/",
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2022",
    platform: "browser",
    conditions: ["onnxruntime-web-use-extern-wasm"],
    legalComments: "none",
    logLevel: "error",
    write: false,
  });
  return outputFiles.map((file) => [file.path, file.contents]);
}
