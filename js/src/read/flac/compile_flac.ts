/**
 * FLAC's decoder: where its Wasm is. The build puts `browser/compile.ts` or `node/compile.ts` in the
 * place of "#compile".
 */

import { compile } from "#compile";
import { folderUrl } from "../../base/urls.js";

const file = "flac-decoder.wasm";
const compiled = new Map<string, Promise<WebAssembly.Module>>();

/** @return the module, compiled once for all files */
export function compileFlac(wasmBase?: string | URL): Promise<WebAssembly.Module> {
  // Bundlers find the asset by this very expression: it must stay literal.
  const beside = () => new URL("./wasm/flac-decoder.wasm", import.meta.url);
  const { href } =
    wasmBase === undefined ? beside() : new URL(file, folderUrl(wasmBase, "wasmBase"));
  let module = compiled.get(href);
  if (module === undefined) {
    module = compile(href);
    compiled.set(href, module);
    // A connection that failed is tried again with the next file.
    module.catch(() => compiled.delete(href));
  }
  return module;
}
