/** Node's side of `Platform`. */

import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";
import { DivisiError } from "../errors.js";
import type { Platform } from "../platform.js";
import type { ModelInfo } from "../types.js";

/** Names a folder of model files, for clones and for apps without `divisi-models`. */
const modelsVariable = "DIVISI_MODELS";

export const platform: Platform = {
  spawn(url, events) {
    const worker = new Worker(
      url === undefined ? new URL("./worker-node.js", import.meta.url) : new URL(url),
    );
    // An idle engine must not keep the process alive: it counts only while a reply is awaited.
    let awaited = 0;
    worker.unref();
    worker.on("message", (message) => {
      awaited -= 1;
      if (awaited === 0) worker.unref();
      events.onMessage(message);
    });
    worker.on("messageerror", () => events.onFailure("a message could not be read"));
    worker.on("error", (error) => events.onFailure(String(error)));
    worker.on("exit", (code) => events.onFailure(`it ended with exit code ${code}`));
    return {
      post(message, transfer) {
        awaited += 1;
        worker.ref();
        worker.postMessage(message, transfer);
      },
      terminate: () => void worker.terminate(),
    };
  },

  wasmUrl: (variant) => new URL(`./wasm/divisi-${variant}.wasm`, import.meta.url).href,

  baseUrl: () => pathToFileURL(`${process.cwd()}/`).href,

  async readInstalled(model) {
    const folders = installedFolders();
    for (const folder of folders) {
      const bytes = await readIfThere(join(folder, model.file));
      if (bytes) return bytes;
    }
    throw notInstalled(model, folders);
  },

  readLocal: (url) => (url.protocol === "file:" ? readNamed(url) : undefined),

  openCache: async () => null,
};

/** The folder that the environment names, else `divisi-models` as this package or the app sees it. */
function installedFolders(): string[] {
  const named = process.env[modelsVariable];
  if (named) return [named];
  return [import.meta.url, pathToFileURL(join(process.cwd(), "index.js")).href].flatMap((from) => {
    try {
      return [join(createRequire(from).resolve("divisi-models/package.json"), "..")];
    } catch {
      return [];
    }
  });
}

function notInstalled(model: ModelInfo, folders: readonly string[]): DivisiError {
  const where = folders.length > 0 ? ` (looked in ${folders.join(", ")})` : "";
  return new DivisiError(
    "model-not-found",
    `${model.name}: ${model.file} is not installed${where}; install the package divisi-models, ` +
      `or name a folder with the option modelBase or the variable ${modelsVariable}`,
  );
}

async function readIfThere(path: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

async function readNamed(url: URL): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return await readFile(url);
  } catch (error) {
    const path = fileURLToPath(url);
    throw new DivisiError("model-not-found", `${path}: ${(error as Error).message}`, {
      cause: error,
    });
  }
}
