// The project's own source files, by folder: what is fetched or built is under other folders.
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { inRoot } from "./paths.mjs";

const kSkipped = ["node_modules", "dist", "__pycache__"];

/**
 * @param {string[]} folders relative to the root; absent ones are skipped
 * @param {RegExp} pattern
 */
export function sourceFiles(folders, pattern) {
  const found = [];
  const visit = (folder) => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (entry.isDirectory() && !kSkipped.includes(entry.name)) visit(path);
      else if (entry.isFile() && pattern.test(entry.name)) found.push(path);
    }
  };
  for (const folder of folders.map((name) => inRoot(name)).filter((path) => existsSync(path)))
    visit(folder);
  return found.sort();
}
