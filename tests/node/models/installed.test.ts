// Models that an app has installed one by one, as Node finds them.

import { execFileSync, spawnSync } from "node:child_process";
import { cpSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { cliPath } from "../cli/process.js";
import { temporaryFolder } from "../cli/support.js";

const inRoot = (path: string) => fileURLToPath(new URL(`../../../${path}`, import.meta.url));
const song = inRoot("sample/song.ogg");
const folder = temporaryFolder();
const { DIVISI_MODELS: _, ...env } = process.env;

test("a package of one model is found, and a missing one told by name", () => {
  const name = "divisi-model-musicnn-mtt";
  cpSync(inRoot(`build/packages/${name}`), join(folder, "node_modules", name), { recursive: true });
  const tag = (model: string) => [cliPath, "tag", song, "--model", model, "--json"];
  const told = execFileSync(process.execPath, tag("musicnn-mtt"), { cwd: folder, env });
  expect(JSON.parse(told.toString()).files[0].tags.length).toBe(50);
  const { status, stdout } = spawnSync(process.execPath, tag("musicnn-msd"), { cwd: folder, env });
  expect(status).not.toBe(0);
  expect(stdout.toString()).toMatch(
    /musicnn-msd\.safetensors is not installed.*install the package divisi-models or divisi-model-musicnn-msd/,
  );
});
