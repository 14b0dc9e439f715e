/** Packs divisi and divisi-models as they would be published, and installs them in an app. */

import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { examplesIn } from "../support/examples.js";

const root = fileURLToPath(new URL("../..", import.meta.url));

export interface App {
  /** Outside the repository: nothing of it can be found by chance. */
  readonly folder: string;
  /** Files of divisi's tarball. */
  readonly packed: readonly string[];
  write(path: string, text: string): void;
  remove(): void;
}

/** The README's lines that pack both and install them, for an app in another folder. */
function installingLines(folder: string): string {
  const lines = examplesIn("README.md", "sh").find(({ code }) => code.includes("npm pack"));
  if (!lines?.code.includes("../my-app")) throw new Error("the README installs in no ../my-app");
  return lines.code.replaceAll("../my-app", folder);
}

/** An app with both packages installed from their tarballs, as the README says. */
export function installApp(): App {
  const folder = mkdtempSync(join(tmpdir(), "divisi-app-"));
  const write = (path: string, text: string) => {
    mkdirSync(join(folder, path, ".."), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  write("package.json", JSON.stringify({ name: "app", private: true, type: "module" }));
  execFileSync("sh", ["-e", "-c", installingLines(folder)], {
    cwd: root,
    encoding: "utf8",
    env: { ...process.env, ...quietNpm },
  });
  return {
    folder,
    packed: packedFiles(),
    write,
    remove: () => rmSync(folder, { recursive: true }),
  };
}

/** Puts the default model where the app's server finds it, as the README tells an app to do. */
export function copyModels(app: App, to: string): void {
  const from = join(app.folder, "node_modules/divisi-models");
  cpSync(from, join(app.folder, to), { recursive: true });
}

/** npm's settings by its variables. */
const quietNpm = {
  npm_config_audit: "false",
  npm_config_fund: "false",
  npm_config_ignore_scripts: "true",
  npm_config_loglevel: "error",
  npm_config_prefer_offline: "true",
};

/** What is in divisi's tarball. */
function packedFiles(): string[] {
  const output = execFileSync("npm", ["pack", "--json", "--dry-run"], {
    cwd: join(root, "js"),
    encoding: "utf8",
    env: { ...process.env, ...quietNpm },
  });
  const [report] = Object.values(
    JSON.parse(output) as Record<string, { files: { path: string }[] }>,
  );
  return report?.files.map(({ path }) => path) ?? [];
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
