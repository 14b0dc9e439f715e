/** Model files on this machine's disk. */

import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { DivisiError } from "../base/errors.js";
import type { ModelInfo } from "../models/types.js";

/** Names a folder of model files, for clones and for apps without `divisi-models`. */
const modelsVariable = "DIVISI_MODELS";

type Bytes = Uint8Array<ArrayBuffer>;

/** The bytes of a catalogue model. */
export async function readInstalled(model: ModelInfo): Promise<Bytes> {
  const folders = installedFolders(model.name);
  for (const folder of folders) {
    const bytes = await readIfThere(join(folder, model.file));
    if (bytes) return bytes;
  }
  const where = folders.length > 0 ? ` (looked in ${folders.join(", ")})` : "";
  throw new DivisiError(
    "model-not-found",
    `${model.name}: ${model.file} is not installed${where}; install the package divisi-models or ` +
      `divisi-model-${model.name}, or name a folder with the option modelBase or the variable ${modelsVariable}`,
  );
}

/** The bytes behind a `file:` URL; undefined for others. */
export function readLocal(url: URL): Promise<Bytes> | undefined {
  return url.protocol === "file:" ? readNamed(fileURLToPath(url)) : undefined;
}

/**
 * The folder that the environment names, else `divisi-models` and the model's own package as this package
 * or the app sees them.
 */
function installedFolders(name: string): string[] {
  const named = process.env[modelsVariable];
  if (named) return [named];
  const app = pathToFileURL(join(process.cwd(), "index.js")).href;
  const found = ["divisi-models", `divisi-model-${name}`].flatMap((installed) =>
    [import.meta.url, app].flatMap((from) => {
      try {
        return [dirname(createRequire(from).resolve(`${installed}/package.json`))];
      } catch {
        return [];
      }
    }),
  );
  return [...new Set(found)];
}

async function readIfThere(path: string): Promise<Bytes | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw notReadable(path, error);
  }
}

async function readNamed(path: string): Promise<Bytes> {
  try {
    return await readFile(path);
  } catch (error) {
    throw notReadable(path, error);
  }
}

function notReadable(path: string, cause: unknown): DivisiError {
  return new DivisiError("model-not-found", `${path}: ${(cause as Error).message}`, { cause });
}
