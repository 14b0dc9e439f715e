/** The decoders that are Wasm modules of this package's own (wasm/flac/, wasm/mp3/). */

import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";

const compiled = new Map<string, Promise<WebAssembly.Module>>();

/** @return the module, compiled once for all files */
export function compileDecoder(name: "flac" | "mp3"): Promise<WebAssembly.Module> {
  const known = compiled.get(name);
  if (known !== undefined) return known;
  const path = createRequire(import.meta.url).resolve(`divisi/wasm/${name}-decoder.wasm`);
  const module = readFile(path).then((bytes) => WebAssembly.compile(bytes));
  compiled.set(name, module);
  return module;
}
