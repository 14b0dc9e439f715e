// The npm packages of package-lock.json, in the project's own node_modules.
import { existsSync, readFileSync } from "node:fs";
import { inRoot } from "../lib/paths.mjs";
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
  if (isDone("npm", key, [inRoot("node_modules/.package-lock.json")])) return;
  await step("Installing the npm packages", async () => {
    // Not `npm ci`: it insists on every other platform's binaries being in the lock file, which a
    // registry mirror may not offer. --no-save keeps to the lock file's versions and doesn't write it.
    await run("npm", ["install", "--no-save", "--no-audit", "--no-fund", "--loglevel=error"], {
      what: "Installing npm packages",
      remedy: "check the network connection and run this again",
    });
    markDone("npm", key);
  });
}
