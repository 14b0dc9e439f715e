// Pages that take divisi from another origin, a content delivery network say, which allows it by CORS.

import { fileURLToPath } from "node:url";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { modelsFolder } from "../suite/fixtures.js";
import { launchChromium } from "../support/chromium.js";
import { type Server, send, serve } from "../support/server.js";

const dist = fileURLToPath(new URL("../../js/dist", import.meta.url));

/** Separates, tags and decodes, and plays live, from `cdn`. */
const app = (cdn: string, options: string) => `
  import { decode, DivisiError, encodeWave, LiveTagger, Separator, Tagger } from "${cdn}/divisi/index.js";
  const options = { modelBase: "${cdn}/models/", ${options} };
  const samples = Float32Array.from({ length: 22050 }, (_, i) => Math.sin(i / 20) / 2);
  const audio = { sampleRate: 44100, channels: [samples, samples] };
  const hear = async () => {
    const separator = await Separator.create({ model: "spleeter-2stems", ...options });
    const { stems } = await separator.separate(audio);
    separator.close();
    const tagger = await Tagger.create({ model: "musicnn-mtt", ...options });
    const { tags } = await tagger.tag(audio);
    tagger.close();
    const { channels } = await decode(new Blob([encodeWave(audio)]));
    const context = new AudioContext({ sampleRate: 44100 });
    const live = await LiveTagger.create(context, { model: "musicnn-mtt", ...options });
    live.close();
    return [...Object.keys(stems), tags.length, channels.length].join();
  };
  const told = await hear().catch((error) => \`\${error.code}: \${error.message}\`);
  parent.postMessage(told, "*");
`;

/** A page that shows what its app, or the app of a frame in it, tells. */
const page = (inside: string) => `<!doctype html><meta charset="utf-8"><title>…</title>
<link rel="icon" href="data:,">
<script>onmessage = ({ data }) => { document.title = data; };</script>${inside}`;

let cdn: Server;
let site: Server;
let browser: Browser;
beforeAll(async () => {
  cdn = await serve(
    { "/divisi/": dist, "/models/": fileURLToPath(modelsFolder) },
    { "access-control-allow-origin": "*" },
  );
  const script = (options = "") => `<script type="module">${app(cdn.origin, options)}</script>`;
  const frame = script().replaceAll("&", "&amp;").replaceAll('"', "&quot;");
  const named = `workerUrl: "${cdn.origin}/divisi/worker.js", wasmBase: "${cdn.origin}/divisi/wasm/"`;
  const missing = `workerUrl: "${cdn.origin}/nothing.js"`;
  const pages: Readonly<Record<string, string>> = {
    "/plain": page(script()),
    "/named": page(script(named)),
    "/missing": page(script(missing)),
    // Without an origin, storage or cookies.
    "/sandboxed": page(`<iframe sandbox="allow-scripts" srcdoc="${frame}"></iframe>`),
  };
  site = await serve(
    Object.fromEntries(
      Object.entries(pages).map(([path, text]) => [
        path,
        (_path, response) => send(response, "text/html", text),
      ]),
    ),
    // All that such an app has to allow.
    {
      "content-security-policy":
        `default-src 'self'; script-src 'self' 'unsafe-inline' 'wasm-unsafe-eval' ${cdn.origin}; ` +
        `worker-src blob:; connect-src ${cdn.origin}; img-src data:`,
    },
  );
  browser = await launchChromium();
});
afterAll(async () => {
  await browser?.close();
  for (const server of [cdn, site]) await server?.close();
});

async function told(path: string): Promise<string> {
  const opened = await browser.newPage();
  try {
    await opened.goto(`${site.origin}${path}`);
    await opened.waitForFunction(() => document.title !== "…");
    return await opened.title();
  } finally {
    await opened.close();
  }
}

const everything = "vocals,accompaniment,50,2";

test("the package as it is imported from there", async () => {
  expect(await told("/plain")).toBe(everything);
});

test("with the Worker's script and the Wasm named", async () => {
  expect(await told("/named")).toBe(everything);
});

test("in a sandboxed frame, which has no origin", async () => {
  expect(await told("/sandboxed")).toBe(everything);
});

test("a script that is not there is told", async () => {
  expect(await told("/missing")).toMatch(
    /^network: divisi's worker script .*nothing\.js could not/,
  );
});
