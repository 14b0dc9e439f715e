// Which of the project's own headers a C++ file includes, directly or through others.
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/**
 * @param {string} file
 * @param {string[]} folders where the compiler looks for quoted includes, besides the file's own
 * @returns {string[]} the file itself first, each file once
 */
export function includeClosure(file, folders) {
  const seen = [file];
  for (const path of seen) {
    for (const [, name] of readFileSync(path, "utf8").matchAll(/^\s*#include "([^"]+)"/gm)) {
      const places = [dirname(path), ...folders].map((folder) => join(folder, name));
      const found = places.find((place) => existsSync(place));
      if (found && !seen.includes(found)) seen.push(found);
    }
  }
  return seen;
}
