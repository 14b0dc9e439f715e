// Dead links: to files that aren't there, and to parts of pages that aren't. Links to other hosts
// are not followed.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { inRoot, root } from "../lib/paths.mjs";

const elsewhere = "^(?!https?://(localhost|127\\.0\\.0\\.1)[:/])";

/** The dead links of a folder's site, from its index.html on. */
export const deadLinksOfSite = (folder) => deadLinks({ path: [folder], recurse: true });

/** The dead links of the project's own Markdown files. */
export function deadLinksOfDocuments() {
  const args = ["ls-files", "*.md", ":!docs/site"];
  const listed = execFileSync("git", args, { cwd: root, encoding: "utf8" });
  const path = listed.split("\n").filter(Boolean);
  return deadLinks({ path, serverRoot: root, markdown: true });
}

/** @returns {Promise<string[]>} each with the page that it is on */
async function deadLinks(options) {
  const own = createRequire(inRoot("docs/site/package.json"));
  const { check } = await import(pathToFileURL(own.resolve("linkinator")).href);
  const { links } = await check({ ...options, checkFragments: true, linksToSkip: [elsewhere] });
  return links
    .filter(({ state }) => state === "BROKEN")
    .map(({ url, parent }) => `${parent ?? "the start"} leads to ${url}`)
    .sort();
}

const folders = "core|cmake|docs|js|models|sample|scripts|tests|wasm|web-demo";
const endings = "c|cpp|css|h|html|js|json|md|mjs|py|sed|sh|svg|ts|txt";
const pathPattern = new RegExp(`(?<![\\w./-])(?:${folders})/[\\w./-]*\\w\\.(?:${endings})\\b`, "g");
/** What is made, and what stands for a name of the reader's own. */
const notOurs = /\/(dist|node_modules)\/|^docs\/api\/|\/[A-Z]+\.py$/;
const commentLine = /^\s*(\/\/|\/?\*|#|<!--)/;

/**
 * Paths of the project where nothing is, and which its documents and comments name.
 * @returns {string[]} each with the file that names it
 */
export function lostPaths() {
  const listed = execFileSync("git", ["ls-files"], { cwd: root, encoding: "utf8" });
  const files = listed.split("\n").filter((file) => /\.(md|cmake|cpp|h|mjs|py|ts|txt)$/.test(file));
  return files.flatMap((file) => {
    const text = readFileSync(inRoot(file), "utf8");
    const prose = file.endsWith(".md")
      ? [text]
      : text.split("\n").filter((l) => commentLine.test(l));
    const named = new Set(prose.flatMap((line) => line.match(pathPattern) ?? []));
    return [...named]
      .filter((path) => !notOurs.test(path) && !existsSync(inRoot(path)))
      .map((path) => `${file} names ${path}`);
  });
}
