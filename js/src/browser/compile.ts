/** Fetches and compiles Wasm. */

import { DivisiError } from "../base/errors.js";
import { describePage, isWebPage } from "../base/web_page.js";

export async function compile(wasmUrl: string): Promise<WebAssembly.Module> {
  let response: Response;
  try {
    response = await fetch(wasmUrl);
  } catch (cause) {
    throw new DivisiError("network", `${wasmUrl}: ${(cause as Error).message}`, { cause });
  }
  if (!response.ok) throw new DivisiError("network", `${wasmUrl}: HTTP ${response.status}`);
  const type = response.headers.get("content-type");
  try {
    // Servers that do not know the type of .wasm files are common enough.
    if (type?.startsWith("application/wasm")) return await WebAssembly.compileStreaming(response);
    const bytes = new Uint8Array(await response.arrayBuffer());
    if (isWebPage(bytes, type)) throw new DivisiError("network", describePage(wasmUrl, response));
    return await WebAssembly.compile(bytes);
  } catch (cause) {
    if (cause instanceof DivisiError) throw cause;
    throw new DivisiError("unsupported", `${wasmUrl}: ${(cause as Error).message}`, { cause });
  }
}
