// The npm packages of package-lock.json, in the project's own node_modules.
import { existsSync, readFileSync } from "node:fs";
import { inRoot } from "../lib/paths.mjs";
import { step } from "../lib/progress.mjs";
import { run } from "../lib/run.mjs";
import { isDone, markDone } from "../lib/stamp.mjs";

export async function ensureNpmPackages() {
  const manifests = ["package-lock.json", "package.json", "js/package.json", "web-demo/package.json"];
  const key = manifests.map((path) => inRoot(path)).filter(existsSync).map((path) => readFileSync(path, "utf8"));
  const installed = inRoot("node_modules/.package-lock.json");
  if (isDone("npm", key, [installed])) return;
  // `npm ci` starts from nothing; where packages are there already, only the difference is fetched.
  const args = existsSync(installed) ? ["install", "--no-save"] : ["ci"];
  await step("Installing the npm packages", async () => {
    await run("npm", [...args, "--no-audit", "--no-fund", "--loglevel=error"], {
      what: "Installing npm packages",
      remedy: "check the network connection and run this again",
    });
    markDone("npm", key);
  });
}
