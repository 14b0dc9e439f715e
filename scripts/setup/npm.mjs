// The npm packages of package-lock.json, in the project's own node_modules; and those of folders that
// have a package.json of their own, so that nobody else installs them.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { inRoot, root } from "../lib/paths.mjs";
import { step } from "../lib/progress.mjs";
import { run } from "../lib/run.mjs";
import { isDone, markDone } from "../lib/stamp.mjs";

const kManifests = [
  "package-lock.json",
  "package.json",
  "js/package.json",
  "web-demo/package.json",
];

export async function ensureNpmPackages() {
  const key = kManifests
    .map((path) => inRoot(path))
    .filter((path) => existsSync(path))
    .map((path) => readFileSync(path, "utf8"));
  await installPackages({ name: "npm", title: "Installing the npm packages", folder: root, key });
}

/**
 * The packages of a folder that has a package.json and lock file of its own, for those who need them.
 * @param {{name: string, title: string, folder: string}} options `name` of the stamp, `title` for
 *   the person at the terminal, `folder` relative to the root
 */
export async function ensureOwnPackages({ name, title, folder }) {
  const path = inRoot(folder);
  const key = ["package.json", "package-lock.json"].map((file) =>
    readFileSync(join(path, file), "utf8"),
  );
  await installPackages({ name, title, folder: path, key });
}

/** What makes docs/api and checks its links. TypeDoc needs an older TypeScript than the package. */
export function ensureDocsPackages() {
  return ensureOwnPackages({
    name: "docs-npm",
    title: "Installing TypeDoc and the checker of links",
    folder: "docs/site",
  });
}

async function installPackages({ name, title, folder, key }) {
  if (isDone(name, key, [join(folder, "node_modules/.package-lock.json")])) return;
  await step(title, async () => {
    // Not `npm ci`: it insists on every other platform's binaries being in the lock file, which a
    // registry mirror may not offer. --no-save keeps to the lock file's versions and doesn't write it.
    await run("npm", ["install", "--no-save", "--no-audit", "--no-fund", "--loglevel=error"], {
      cwd: folder,
      what: "Installing npm packages",
      remedy: "check the network connection and run this again",
    });
    markDone(name, key);
  });
}
