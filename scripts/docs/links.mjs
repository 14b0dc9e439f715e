// Dead links: to files that aren't there, and to parts of pages that aren't. Links to other hosts
// are not followed.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename } from "node:path";
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
const commentLine = /^\s*(\/\/|\/?\*|# |<!--)/;

/** Names of source files without their folders: of several words, to tell them from others' files. */
const namePattern = /(?<![\w./-])[a-z]+(?:_[a-z]+)+\.(?:cpp|h|mjs|py|ts)\b/g;

/**
 * Files of the project that its documents and comments name, and that there are not.
 * @returns {string[]} each with the file that names it
 */
export function lostFiles() {
  const listed = execFileSync("git", ["ls-files"], { cwd: root, encoding: "utf8" }).split("\n");
  const names = new Set(listed.map((path) => basename(path)));
  const files = listed.filter((file) => /\.(md|cmake|cpp|h|mjs|py|ts|txt)$/.test(file));
  return files.flatMap((file) => {
    const lines = readFileSync(inRoot(file), "utf8").split("\n");
    const prose = file.endsWith(".md") ? lines : lines.filter((line) => commentLine.test(line));
    const named = (pattern) => [...new Set(prose.flatMap((line) => line.match(pattern) ?? []))];
    return [
      ...named(pathPattern).filter((path) => !notOurs.test(path) && !existsSync(inRoot(path))),
      ...named(namePattern).filter((name) => !names.has(name)),
    ].map((path) => `${file} names ${path}`);
  });
}
