/** The MP3 decoder, a Wasm module of this package's own (wasm/mp3/). */

import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";

let compiled: Promise<WebAssembly.Module> | undefined;

/** @return the module, compiled once for all files */
export function compileMp3(): Promise<WebAssembly.Module> {
  const path = createRequire(import.meta.url).resolve("divisi/wasm/mp3-decoder.wasm");
  compiled ??= readFile(path).then((bytes) => WebAssembly.compile(bytes));
  return compiled;
}
