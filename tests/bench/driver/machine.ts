/** What the figures were taken with. */

import { readFileSync } from "node:fs";
import { cpus, release, totalmem, type } from "node:os";
import { inRoot } from "../../../scripts/lib/paths.mjs";
import { probe } from "../../../scripts/lib/run.mjs";

export interface Machine {
  readonly processor: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly system: string;
}

export interface Versions {
  readonly browser: string;
  readonly node: string;
  readonly commit: string;
  /** Of each npm package. */
  readonly packages: Readonly<Record<string, string>>;
}

export function describeMachine(): Machine {
  const list = cpus();
  return {
    processor: list[0]?.model.trim() ?? "unknown",
    cores: list.length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: `${type()} ${release()}`,
  };
}

const packageVersion = (folder: string): string =>
  JSON.parse(readFileSync(inRoot(folder, "package.json"), "utf8")).version;

const peers = [
  "onnxruntime-web",
  "@litertjs/core",
  "@tensorflow/tfjs-core",
  "@tensorflow/tfjs-backend-wasm",
];

export function describeVersions(browser: string): Versions {
  const commit = probe("git", ["describe", "--always", "--dirty", "--abbrev=10"]);
  return {
    browser,
    node: process.versions.node,
    commit: commit?.trim() ?? "not a clone",
    packages: {
      divisi: packageVersion("js"),
      ...Object.fromEntries(
        peers.map((name) => [name, packageVersion(`tests/bench/node_modules/${name}`)]),
      ),
    },
  };
}
