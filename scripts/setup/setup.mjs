// Set-up: everything that has to be on the machine before something can be built. Each part does
// nothing when it was done before.
import { Failure } from "../lib/failure.mjs";
import { isAtLeast } from "../lib/version.mjs";
import { ensureEmscripten, hasOwnEmscripten } from "./emscripten.mjs";
import { ensureDocsPackages, ensureNpmPackages } from "./npm.mjs";
import { minimum } from "./pins.mjs";
import { ensureClangTidy, ensurePython } from "./python.mjs";
import { ensureSources } from "./sources.mjs";
import { ensureTools } from "./system.mjs";

/**
 * @param {{tests?: boolean, lint?: boolean, fuzz?: boolean}} purpose `tests` brings the browsers
 *   and what makes the documents along, `lint` the C++ linters, `fuzz` clang's fuzzer
 */
export async function setUp({ tests = false, lint = false, fuzz = false } = {}) {
  if (!isAtLeast(process.versions.node, minimum.node)) {
    throw new Failure(
      `Node ${minimum.node} or newer is needed; this is ${process.versions.node}`,
      "install Node 20 or newer and run this again",
    );
  }
  const ownEmscripten = hasOwnEmscripten();
  const tools = ["compiler", "cmake", "ninja", "python", "unpacking"];
  if (!ownEmscripten) tools.push("clang");
  if (tests) tools.push("chromium", "firefox", "sound", "webkit", "notation", "soundfonts", "docs");
  if (lint) tools.push("lint");
  if (fuzz) tools.push("fuzz");
  await ensureTools(tools);
  await ensureNpmPackages();
  if (tests) await ensureDocsPackages();
  await ensureSources();
  if (!ownEmscripten) await ensureEmscripten();
  await ensurePython();
  if (lint) await ensureClangTidy();
}
