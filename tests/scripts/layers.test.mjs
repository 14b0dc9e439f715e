import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { test } from "node:test";
import { inBuild, root } from "../../scripts/lib/paths.mjs";
import {
  crowdedFolders,
  importBreaches,
  includeBreaches,
  unlistedFolders,
} from "../../scripts/lint/check_layers.mjs";

/** Runs `work` on a folder with these files, named from the root. */
async function withFiles(files, work) {
  mkdirSync(inBuild(), { recursive: true });
  const folder = mkdtempSync(join(inBuild(), "layers-"));
  try {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), text);
    }
    return await work(relative(root, folder));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const layers = { base: [], "task/inner": ["base"], task: ["base", "task/inner"], ".": ["task"] };

test("an include of a room that the table does not allow is found", async () => {
  const files = {
    "base/text.h": '#include "task/task.h"\n#include <string>\n#include "outside.h"\n',
    "task/task.h": '#include "base/text.h"\n#include "task/inner/part.h"\n',
    "task/inner/part.h": '#include "base/text.h"\n',
    "roof.cpp": '#include "base/text.h"\n#include "task/task.h"\n',
  };
  await withFiles(files, (folder) => {
    assert.deepEqual(includeBreaches(folder, layers), [
      `${folder}/base/text.h (base) may not include task/task.h`,
      `${folder}/roof.cpp (.) may not include base/text.h`,
    ]);
  });
});

test("imports across layers are found, those of types alone and circles, too", async () => {
  const files = {
    "base/text.ts":
      'import type { Part } from "../task/inner/part.js";\nexport type Text = Part;\n',
    "task/task.ts": 'import { part } from "./inner/part.js";\nexport const task = part;\n',
    "task/inner/part.ts":
      'import { other } from "./other.js";\nexport interface Part { n: number }\nexport const part = other;\n',
    "task/inner/other.ts":
      'import type { Part } from "./part.js";\nexport const other: Part = { n: 1 };\n',
  };
  await withFiles(files, async (folder) => {
    const found = await importBreaches(folder, layers);
    assert.ok(
      found.includes(
        `${folder}/base/text.ts may not import ${folder}/task/inner/part.ts (${folder}/base)`,
      ),
    );
    // A circle is told of once.
    assert.equal(found.filter((breach) => breach.endsWith("(no circle)")).length, 1);
    assert.equal(found.length, 2);
  });
});

test("folders without a line and folders of too many files are found", async () => {
  const files = { "attic/a.ts": "", "attic/b.ts": "", "base/c.h": "" };
  await withFiles(files, (folder) => {
    assert.deepEqual(unlistedFolders(folder, layers), [
      `${folder}/attic has no line in scripts/lint/layers.mjs`,
    ]);
    assert.deepEqual(crowdedFolders([join(root, folder)], 1), [
      `${folder}/attic holds 2 files, flat`,
    ]);
  });
});
