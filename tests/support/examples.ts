/** The examples in the project's documents: what stands between ``` and ```. */

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

export interface Example {
  /** Where it begins: the file, relative to the project, and the line. */
  readonly place: string;
  readonly code: string;
}

/**
 * The examples in one language of a Markdown file, or of the descriptions in a TypeScript file.
 * @param file relative to the project
 */
export function examplesIn(file: string, language: "js" | "sh" | "ts"): Example[] {
  const text = readFileSync(fileURLToPath(new URL(`../../${file}`, import.meta.url)), "utf8");
  const prefix = file.endsWith(".ts") ? " \\* ?" : "";
  const fenced = new RegExp(`^${prefix}\`\`\`${language}\n(.*?)^${prefix}\`\`\`$`, "gms");
  return [...text.matchAll(fenced)].map(({ index, 1: code = "" }) => ({
    place: `${file}:${text.slice(0, index).split("\n").length}`,
    code: code.replace(new RegExp(`^${prefix}`, "gm"), ""),
  }));
}
