// clang-tidy over the core and its tests, two files at a time. A file that passed is looked at again
// only when it, a header of ours that it includes or the rules change: it takes seconds a file.
import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { relative } from "node:path";
import { configurePreset } from "../build/cmake.mjs";
import { sourceFiles } from "../lib/files.mjs";
import { withLock } from "../lib/lock.mjs";
import { inBuild, inDeps, inRoot, root } from "../lib/paths.mjs";
import { detail, say, step } from "../lib/progress.mjs";
import { run } from "../lib/run.mjs";
import { isDone, markDone } from "../lib/stamp.mjs";
import { includeClosure } from "./includes.mjs";

export async function checkWithClangTidy() {
  // For its compile commands; nothing has to be compiled.
  await withLock(() => configurePreset("native"));
  const files = sourceFiles(["core/src", "tests/core"], /\.cpp$/);
  const stampOf = (path) => `tidy-${relative(root, path).replaceAll("/", "-")}`;
  const folders = ["core/include", "core/src", "tests/core"].map((name) => inRoot(name));
  const rules = [inRoot(".clang-tidy"), inRoot("tests/.clang-tidy")];
  const keyOf = (path) =>
    [...rules, ...includeClosure(path, folders)].map((input) => readFileSync(input, "utf8"));
  const todo = files.filter((path) => !isDone(stampOf(path), keyOf(path)));
  const complaints = [];
  let done = 0;
  const worker = async () => {
    for (let path = todo.shift(); path; path = todo.shift()) {
      const key = keyOf(path);
      try {
        await run(inDeps("venv/bin/clang-tidy"), [
          "-p",
          inBuild("native"),
          "--quiet",
          "--warnings-as-errors=*",
          path,
        ]);
        markDone(stampOf(path), key);
      } catch (error) {
        complaints.push(error.message);
      }
      done += 1;
      detail(`${done} files`);
    }
  };
  if (todo.length > 0) {
    await step(`Looking at ${todo.length} of ${files.length} C++ files with clang-tidy`, () =>
      Promise.all(Array.from({ length: availableParallelism() }, worker)),
    );
  }
  for (const complaint of complaints) say(complaint);
  return complaints.length === 0;
}
