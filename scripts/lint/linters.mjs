// The linters and how each is run. `fixes`: it can also write what it would have complained about.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { sourceFiles } from "../lib/files.mjs";
import { inDeps, inRoot } from "../lib/paths.mjs";
import { runLoudly } from "../lib/run.mjs";
import { checkLayers } from "./check_layers.mjs";
import { checkWithClangTidy } from "./clang_tidy.mjs";

const bin = (name) => inRoot("node_modules/.bin", name);
const succeeds = async (command, args) => (await runLoudly(command, args)) === 0;

export const linters = [
  {
    name: "clang-format",
    fixes: true,
    run: (fix) => {
      const files = sourceFiles(["core", "wasm", "tests", "cmake", "models"], /\.(c|cpp|h)$/);
      return succeeds("clang-format-19", [...(fix ? ["-i"] : ["--dry-run", "--Werror"]), ...files]);
    },
  },
  { name: "layers", run: checkLayers },
  { name: "clang-tidy", run: checkWithClangTidy },
  {
    name: "Biome",
    fixes: true,
    run: (fix) =>
      succeeds(bin("biome"), ["check", "--error-on-warnings", ...(fix ? ["--write"] : []), "."]),
  },
  {
    name: "TypeScript",
    run: async () => {
      const projects = ["js", "tests", "tests/bench", "web-demo"].map((name) =>
        inRoot(name, "tsconfig.json"),
      );
      let ok = true;
      for (const project of projects.filter((path) => existsSync(path))) {
        ok = (await succeeds(bin("tsc"), ["--noEmit", "-p", project])) && ok;
      }
      return ok;
    },
  },
  {
    name: "ruff",
    fixes: true,
    run: async (fix) => {
      const ruff = join(inDeps("venv/bin"), "ruff");
      const checked = await succeeds(ruff, ["check", "--quiet", ...(fix ? ["--fix"] : []), "."]);
      return (
        (await succeeds(ruff, ["format", "--quiet", ...(fix ? [] : ["--diff"]), "."])) && checked
      );
    },
  },
];
