// Holds the sources to scripts/lint/layers.mjs: includes of the core by reading them, imports of
// TypeScript by dependency-cruiser, which also refuses circles.
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { cruise } from "dependency-cruiser";
import { sourceFiles } from "../lib/files.mjs";
import { inRoot } from "../lib/paths.mjs";
import { say } from "../lib/progress.mjs";
import {
  commandLineLayers,
  coreLayers,
  demoLayers,
  maxFilesInFolder,
  packageLayers,
  roomOf,
} from "./layers.mjs";

/** The includes that the table does not allow, a sentence each. */
export function includeBreaches(folder, layers) {
  const root = inRoot(folder);
  const files = sourceFiles([folder], /\.(h|cpp)$/);
  const known = new Set(files.map((file) => relative(root, file)));
  return files.flatMap((file) => {
    const path = relative(root, file);
    const room = roomOf(path, layers);
    const includes = readFileSync(file, "utf8").matchAll(/^\s*#include "([^"]+)"/gm);
    return [...includes]
      .map(([, name]) => name)
      .filter((name) => known.has(name))
      .filter((name) => !allows(layers, room, roomOf(name, layers)))
      .map((name) => `${folder}/${path} (${room}) may not include ${name}`);
  });
}

function allows(layers, from, to) {
  return from === to || (layers[from] ?? []).includes(to);
}

/** The table as rules of dependency-cruiser. */
function rulesOf(folder, layers) {
  const rooms = Object.keys(layers);
  const pattern = (room) => {
    const deeper = rooms.filter((other) => other.startsWith(`${room}/`));
    const except = deeper.map((other) => `(?!${other.slice(room.length + 1)}/)`).join("");
    return room === "." ? `^${folder}/[^/]+$` : `^${folder}/${room}/${except}`;
  };
  const layerRules = rooms.map((room) => ({
    name: `${folder}/${room}`,
    severity: "error",
    from: { path: pattern(room) },
    to: { path: `^${folder}/`, pathNot: [room, ...layers[room]].map(pattern) },
  }));
  const circles = { name: "no circle", severity: "error", from: {}, to: { circular: true } };
  return { forbidden: [...layerRules, circles] };
}

/** What dependency-cruiser finds in a folder of TypeScript, as text. Empty: nothing. */
export async function importBreaches(folder, layers) {
  const found = await cruise([folder], {
    baseDir: inRoot(),
    validate: true,
    ruleSet: rulesOf(folder, layers),
    // Its swc reads imports of types, too, but no JSX; what is transpiled first has lost the types.
    ...(sourceFiles([folder], /\.tsx$/).length === 0 && { parser: "swc" }),
    tsPreCompilationDeps: true,
  });
  return found.output.summary.violations.map(({ rule, from, to }) => {
    return `${from} may not import ${to} (${rule.name})`;
  });
}

/** Folders that hold sources but belong to no room. */
export function unlistedFolders(folder, layers) {
  const folders = sourceFiles([folder], /\.(h|cpp|tsx?)$/)
    .map((file) => relative(inRoot(folder), file))
    .filter((path) => path.includes("/") && roomOf(path, layers) === ".")
    .map((path) => path.slice(0, path.lastIndexOf("/")));
  return [...new Set(folders)].map(
    (path) => `${folder}/${path} has no line in scripts/lint/layers.mjs`,
  );
}

/** Folders in which nobody finds a room. */
export function crowdedFolders(folders, limit = maxFilesInFolder) {
  const crowded = [];
  const visit = (folder) => {
    const entries = readdirSync(folder, { withFileTypes: true });
    const count = entries.filter((e) => e.isFile() && /\.(h|cpp|tsx?)$/.test(e.name)).length;
    if (count > limit) crowded.push(`${relative(inRoot(), folder)} holds ${count} files, flat`);
    for (const entry of entries) if (entry.isDirectory()) visit(join(folder, entry.name));
  };
  for (const folder of folders) visit(folder);
  return crowded;
}

export async function checkLayers() {
  const breaches = [
    ...includeBreaches("core/src", coreLayers),
    ...unlistedFolders("core/src", coreLayers),
    ...crowdedFolders(["core/src", "js/src", "js/cli", "web-demo/src"].map((name) => inRoot(name))),
  ];
  for (const [folder, layers] of [
    ["js/src", packageLayers],
    ["js/cli", commandLineLayers],
    ["web-demo/src", demoLayers],
  ]) {
    breaches.push(...(await importBreaches(folder, layers)), ...unlistedFolders(folder, layers));
  }
  for (const breach of breaches) say(breach);
  return breaches.length === 0;
}
