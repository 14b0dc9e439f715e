/** Runs other programs: npm, and the importer, which is written in Python. */

import { spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { CliError } from "../console/errors.js";

/** What the importer needs beside Python itself. */
const packages = "onnx==1.23.2 onnxruntime==1.23.2 numpy jsonschema";

interface Importer {
  readonly python: string;
  /** The folder that holds `divisi_importer`; undefined: Python finds it by itself. */
  readonly folder: string | undefined;
}

/** In a clone its own environment and sources, else the user's Python and what the package holds. */
export function findImporter(): Importer {
  const folder = importerFolder();
  const root = folder === undefined ? undefined : dirname(folder);
  const own = root === undefined ? undefined : join(root, ".deps", "venv", "bin", "python");
  const candidates = [process.env.DIVISI_PYTHON, own, "python3", "python"];
  const env = environment(folder);
  let found = "";
  for (const python of candidates) {
    if (!python || (python === own && !existsSync(own))) continue;
    const script = "import sys; assert sys.version_info >= (3, 11); print('python')";
    if (spawnSync(python, ["-c", script], { env }).status !== 0) continue;
    found ||= python;
    const ready =
      "import importlib.util as u, divisi_importer.cli; assert u.find_spec('onnxruntime')";
    if (spawnSync(python, ["-c", ready], { env }).status === 0) return { python, folder };
  }
  if (found === "") {
    throw new CliError(
      "no-python",
      "importing needs Python 3.11 or newer: install it (python.org)",
    );
  }
  throw new CliError(
    "no-python",
    `importing needs Python packages: ${found} -m pip install ${packages}`,
  );
}

/** In a clone `models`, whose environment has what the importer needs; else the package's copy. */
function importerFolder(): string | undefined {
  const here = dirname(fileURLToPath(import.meta.url));
  const folders = [join(here, "..", "..", "..", "models"), join(here, "..", "importer")];
  return folders.find((folder) => existsSync(join(folder, "divisi_importer", "cli.py")));
}

function environment(folder: string | undefined): NodeJS.ProcessEnv {
  if (folder === undefined) return process.env;
  const { PYTHONPATH } = process.env;
  const separator = process.platform === "win32" ? ";" : ":";
  // Nothing is written beside the sources, which may belong to another user.
  return {
    ...process.env,
    PYTHONPATH: PYTHONPATH ? `${folder}${separator}${PYTHONPATH}` : folder,
    PYTHONDONTWRITEBYTECODE: "1",
  };
}

/** @return the importer's exit code; what it prints goes to the terminal, or all to standard error. */
export async function runImporter(
  words: readonly string[],
  quiet: boolean,
  signal: AbortSignal,
): Promise<number> {
  const { python, folder } = findImporter();
  return run(python, ["-m", "divisi_importer", ...words], quiet, signal, environment(folder));
}

/** Has npm fetch a package's tarball into a folder. */
export async function npmPack(spec: string, folder: string, signal: AbortSignal): Promise<void> {
  const words = ["pack", spec, "--pack-destination", folder, "--silent"];
  // npm is a script on Windows, which only a shell starts; no word here comes from outside.
  const windows = process.platform === "win32";
  const code = await run(windows ? "npm.cmd" : "npm", words, true, signal, process.env, windows);
  if (code !== 0) {
    throw new CliError("no-download", `npm could not fetch ${spec} (npm pack ended with ${code})`);
  }
}

function run(
  program: string,
  words: readonly string[],
  quiet: boolean,
  signal: AbortSignal,
  env: NodeJS.ProcessEnv,
  shell = false,
): Promise<number> {
  return new Promise((resolve, reject) => {
    const stdio = ["ignore", quiet ? process.stderr : "inherit", "inherit"] as const;
    const child = spawn(program, [...words], { stdio: [...stdio], env, signal, shell });
    child.on("error", (error: NodeJS.ErrnoException) => {
      const missing = error.code === "ENOENT";
      reject(missing ? new CliError("no-program", `${program} is not installed`) : error);
    });
    child.on("close", (code) => resolve(code ?? 1));
  });
}
