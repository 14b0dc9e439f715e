/** Packs divisi and divisi-models as they would be published, and installs them in an app. */

import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));

export interface App {
  /** Outside the repository: nothing of it can be found by chance. */
  readonly folder: string;
  /** Files of divisi's tarball. */
  readonly packed: readonly string[];
  write(path: string, text: string): void;
  remove(): void;
}

/** An app with both packages installed from their tarballs. */
export function installApp(): App {
  const folder = mkdtempSync(join(tmpdir(), "divisi-app-"));
  const packed = pack(join(root, "js"), folder);
  pack(join(root, "build/packages/divisi-models"), folder);
  const write = (path: string, text: string) => {
    mkdirSync(join(folder, path, ".."), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  write("package.json", JSON.stringify({ name: "app", private: true, type: "module" }));
  const tarballs = readdirSync(folder).filter((name) => name.endsWith(".tgz"));
  npm(folder, "install", "--prefer-offline", "--ignore-scripts", ...tarballs.map((t) => `./${t}`));
  return { folder, packed, write, remove: () => rmSync(folder, { recursive: true }) };
}

/** Puts the default model where the app's server finds it, as the README tells an app to do. */
export function copyModels(app: App, to: string): void {
  const from = join(app.folder, "node_modules/divisi-models");
  cpSync(from, join(app.folder, to), { recursive: true });
}

function pack(source: string, destination: string): string[] {
  const output = npm(source, "pack", "--json", "--pack-destination", destination);
  const [report] = Object.values(
    JSON.parse(output) as Record<string, { files: { path: string }[] }>,
  );
  return report?.files.map(({ path }) => path) ?? [];
}

function npm(cwd: string, command: string, ...args: string[]): string {
  const quiet = ["--no-audit", "--no-fund", "--loglevel=error"];
  return execFileSync("npm", [command, ...quiet, ...args], { cwd, encoding: "utf8" });
}

/**
 * Runs a script in the app's folder: an absolute path, or a tool of the repository's node_modules.
 * @returns what it printed
 */
export function runTool(app: App, script: string, ...args: string[]): string {
  const path = resolve(root, "node_modules", script);
  try {
    return execFileSync(process.execPath, [path, ...args], {
      cwd: app.folder,
      encoding: "utf8",
      // Nothing of the clone's own may help.
      env: { PATH: process.env.PATH, HOME: process.env.HOME },
    });
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    throw new Error(`${script} failed:\n${stdout}\n${stderr}`, { cause: error });
  }
}
