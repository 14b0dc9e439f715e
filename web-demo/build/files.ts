/** What is built besides scripts: texts in index.html, model files, and the list for offline use. */

import { createHash } from "node:crypto";
import { cpSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { build, type Plugin } from "vite";

/** Replaces %name% in index.html by the app's own strings. */
export function texts(strings: Readonly<Record<string, string>>): Plugin {
  return {
    name: "texts",
    transformIndexHtml: {
      order: "pre",
      handler: (html) => html.replace(/%(\w+)%/g, (whole, name: string) => strings[name] ?? whole),
    },
  };
}

/** Copies model files to models/ of what is built; serves them there in development. */
export function modelFiles(folder: string, names: readonly string[]): Plugin {
  let target = "";
  return {
    name: "model-files",
    configResolved({ root, build }) {
      target = join(root, build.outDir, "models");
    },
    configureServer({ middlewares }) {
      middlewares.use("/models", (request, response, next) => {
        const name = names.find((candidate) => request.url === `/${candidate}`);
        if (name) response.end(readFileSync(join(folder, name)));
        else next();
      });
    },
    // Not as assets of the bundle, which would hold them all in memory.
    writeBundle() {
      mkdirSync(target, { recursive: true });
      for (const name of names) cpSync(join(folder, name), join(target, name));
    },
  };
}

/**
 * Builds the service worker with the list of what it keeps for offline use: all that is built, with a
 * revision where the name does not carry a hash. (workbox-build does that too, with 180 packages.)
 *
 * @param entry its source
 * @param file its name; it stands at the top, as it serves what lies below it
 */
export function serviceWorker(entry: string, file: string): Plugin {
  let publicFolder = "";
  return {
    name: "service-worker",
    apply: "build",
    configResolved({ publicDir }) {
      publicFolder = publicDir;
    },
    generateBundle: {
      order: "post",
      async handler(_, bundle) {
        const built = Object.values(bundle)
          .filter(({ fileName }) => fileName !== "_headers")
          .map((asset) =>
            revision(asset.fileName, asset.type === "chunk" ? asset.code : asset.source),
          );
        const others = readdirSync(publicFolder).map((name) =>
          revision(name, readFileSync(join(publicFolder, name))),
        );
        this.emitFile({
          type: "asset",
          fileName: file,
          source: await bundleWorker(entry, [...built, ...others]),
        });
      },
    },
  };
}

/** One script without imports: not every browser takes a service worker that has some. */
async function bundleWorker(entry: string, list: readonly object[]): Promise<string> {
  const result = await build({
    configFile: false,
    logLevel: "warn",
    define: {
      "self.__WB_MANIFEST": JSON.stringify(list),
      "process.env.NODE_ENV": '"production"',
    },
    build: { write: false, lib: { entry, formats: ["iife"], name: "worker" } },
  });
  const output = [result].flat().flatMap((bundle) => ("output" in bundle ? bundle.output : []));
  const [chunk] = output;
  if (chunk?.type !== "chunk") throw new Error(`${entry} made no script`);
  return chunk.code;
}

function revision(url: string, source: string | Uint8Array) {
  const hashed = /^assets\/.*-[\w-]{8}\.\w+$/.test(url);
  return { url, revision: hashed ? null : createHash("sha256").update(source).digest("hex") };
}
