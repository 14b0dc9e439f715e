/** Reads and compiles Wasm. */

import { readFile } from "node:fs/promises";
import { DivisiError } from "../base/errors.js";
import { describePage, isWebPage } from "../base/web_page.js";

export async function compile(wasmUrl: string): Promise<WebAssembly.Module> {
  try {
    return await WebAssembly.compile(await read(new URL(wasmUrl)));
  } catch (cause) {
    if (cause instanceof DivisiError) throw cause;
    throw new DivisiError("network", `${wasmUrl}: ${(cause as Error).message}`, { cause });
  }
}

async function read(url: URL): Promise<Uint8Array<ArrayBuffer>> {
  if (url.protocol === "file:") return readFile(url);
  const response = await fetch(url);
  if (!response.ok) throw new Error(`HTTP ${response.status}`);
  const bytes = new Uint8Array(await response.arrayBuffer());
  if (isWebPage(bytes, response.headers.get("content-type"))) {
    throw new DivisiError("network", describePage(url.href, response));
  }
  return bytes;
}
