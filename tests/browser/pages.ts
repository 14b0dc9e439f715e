/** Serves the built package with a page that holds the suite, and opens that page. */

import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { fixture, modelsFolder } from "../suite/fixtures.js";
import { launchChromium } from "../support/chromium.js";
import { type Server, send, serve } from "../support/server.js";
import { recording } from "./recordings.js";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

const html = `<!doctype html><meta charset="utf-8"><title>divisi under test</title>
<link rel="icon" href="data:,">
<script type="module" src="/page.js"></script>`;

/** What an app's strictest sensible policy would be. */
const policy =
  "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; img-src data:; connect-src 'self'";

export interface Site {
  readonly browser: Browser;
  readonly server: Server;
  /** A page of a browser profile of its own, ready to run code. */
  open(host?: string): Promise<Page>;
  close(): Promise<void>;
}

export function openSite(...flags: string[]): Promise<Site> {
  return openSiteWith({ flags });
}

export interface SiteOptions {
  readonly flags?: readonly string[];
  /** Whether pages are cross-origin isolated, and so may share memory. */
  readonly isolated?: boolean;
}

/** divisi's Worker, which other pages can keep from its work for so many milliseconds. */
const stallingWorker = `import "/divisi/worker.js";
new BroadcastChannel("stall").onmessage = ({ data }) => {
  const end = performance.now() + data;
  while (performance.now() < end);
};`;

const isolation = {
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-embedder-policy": "require-corp",
};

/** Serves the page alone, for another browser. */
export async function serveSite(isolated = false): Promise<Server> {
  const [page, worklet] = [await bundle("page.ts"), await bundle("live_worklet.ts")];
  return serve(
    {
      "/": (_path, response) => send(response, "text/html", html),
      "/page.js": (_path, response) => send(response, "text/javascript", page),
      "/stalling_worker.js": (_path, response) => send(response, "text/javascript", stallingWorker),
      "/live_worklet.js": (_path, response) => send(response, "text/javascript", worklet),
      "/divisi/": here("../../js/dist"),
      "/models/": fileURLToPath(modelsFolder),
      "/sample/": here("../../sample"),
      "/recordings/": (path, response) => {
        const bytes = recording(path);
        if (bytes) send(response, "application/octet-stream", bytes);
        else response.writeHead(404).end();
      },
      // An app's server, which answers with the app's page whatever is asked for.
      "/app/": (_path, response) => send(response, "text/html", html),
      "/fixtures/": (path, response) =>
        send(response, "application/octet-stream", new Uint8Array(fixture(path))),
    },
    { "content-security-policy": policy, ...(isolated ? isolation : {}) },
  );
}

export async function openSiteWith({ flags = [], isolated }: SiteOptions): Promise<Site> {
  const server = await serveSite(isolated);
  const browser = await launchChromium(...flags);
  return {
    browser,
    server,
    async open(host = "127.0.0.1") {
      const context = await browser.newContext();
      return openIn(context, `http://${host}:${server.port}/`);
    },
    async close() {
      await browser.close();
      await server.close();
    },
  };
}

/** Opens the site's page in a profile that may have been there before. */
export async function openIn(context: BrowserContext, url: string): Promise<Page> {
  const page = await context.newPage();
  await page.goto(url);
  await page.waitForFunction(() => "suite" in globalThis);
  return page;
}

async function bundle(entry: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [here(entry)],
    bundle: true,
    format: "esm",
    target: "es2022",
    write: false,
    // The package itself is loaded as it is served, not bundled: its own URLs must work.
    external: ["/divisi/index.js"],
    alias: { divisi: "/divisi/index.js" },
  });
  return outputFiles[0]?.text ?? "";
}
