// Where things are in the project. Everything fetched is under .deps, everything built under build.
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
export const deps = join(root, ".deps");
export const build = join(root, "build");

export const inRoot = (...parts) => join(root, ...parts);
export const inDeps = (...parts) => join(deps, ...parts);
export const inBuild = (...parts) => join(build, ...parts);
