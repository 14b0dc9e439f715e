// Stamps: small files that record what a finished step was made from, so that it is done again only
// when that changes. A step that is interrupted leaves no stamp.
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { inDeps } from "./paths.mjs";

const fileOf = (name) => inDeps("stamps", `${name}.json`);

export const digest = (value) =>
  createHash("sha256")
    .update(typeof value === "string" ? value : JSON.stringify(value))
    .digest("hex");

export const fileDigest = (path) => createHash("sha256").update(readFileSync(path)).digest("hex");

/** A hash over the names and contents of files and folders; build outputs are left out. */
export function treeDigest(paths) {
  const hash = createHash("sha256");
  const visit = (path) => {
    for (const entry of readdirSync(path, { withFileTypes: true })) {
      if (["node_modules", "dist", "__pycache__"].includes(entry.name)) continue;
      add(join(path, entry.name), entry.isDirectory());
    }
  };
  const add = (path, isFolder) => {
    hash.update(`${path}\0`);
    if (isFolder) visit(path);
    else hash.update(readFileSync(path));
  };
  for (const path of paths) {
    if (!existsSync(path)) hash.update(`${path} is absent\0`);
    else add(path, isFolder(path));
  }
  return hash.digest("hex");
}

function isFolder(path) {
  try {
    readdirSync(path);
    return true;
  } catch {
    return false;
  }
}

/** Whether the step `name` was finished from `key` and everything in `outputs` is still there. */
export function isDone(name, key, outputs = []) {
  try {
    const stamp = JSON.parse(readFileSync(fileOf(name), "utf8"));
    return stamp.key === digest(key) && outputs.every((path) => existsSync(path));
  } catch {
    return false;
  }
}

export function markDone(name, key) {
  const file = fileOf(name);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.new`, `${JSON.stringify({ key: digest(key) })}\n`);
  renameSync(`${file}.new`, file);
}

export function forget(name) {
  rmSync(fileOf(name), { force: true });
}
