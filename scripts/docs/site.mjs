// The site in docs/api: TypeDoc's reference of the npm package with the guides, Doxygen's of the C++
// core, and one page that leads to all. A public name without a description is an error of either.
import { copyFileSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { inRoot } from "../lib/paths.mjs";
import { step } from "../lib/progress.mjs";
import { run } from "../lib/run.mjs";
import { ensureDocsPackages, ensureNpmPackages } from "../setup/npm.mjs";
import { ensureTools } from "../setup/system.mjs";

const tools = inRoot("docs/site");
export const site = inRoot("docs/api");

const remedy = "describe in the source what it names, then run this again";

export async function ensureDocsTools() {
  await ensureTools(["docs"]);
  // TypeDoc reads the sources, which import types of the package's own dependencies.
  await ensureNpmPackages();
  await ensureDocsPackages();
}

export function emptySite() {
  rmSync(site, { recursive: true, force: true });
  mkdirSync(site, { recursive: true });
}

/** The reference of the npm package, and the guides. */
export async function describePackage() {
  const typedoc = join(tools, "node_modules/typedoc/bin/typedoc");
  await run(process.execPath, [typedoc, "--options", join(tools, "typedoc.config.js")], {
    what: "Describing the npm package",
    remedy,
  });
}

/** The reference of the C++ core. */
export async function describeCore() {
  await run("doxygen", [join(tools, "Doxyfile")], { what: "Describing the C++ core", remedy });
}

/** The page that leads to all others. */
export function addIndex() {
  copyFileSync(join(tools, "index.html"), join(site, "index.html"));
}

export function makeDocs() {
  return step("Making the documents", async () => {
    emptySite();
    await describePackage();
    await describeCore();
    addIndex();
  });
}
