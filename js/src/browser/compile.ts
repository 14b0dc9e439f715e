/** Fetches and compiles Wasm. */

import { DivisiError } from "../base/errors.js";

export async function compile(wasmUrl: string): Promise<WebAssembly.Module> {
  let response: Response;
  try {
    response = await fetch(wasmUrl);
  } catch (cause) {
    throw new DivisiError("network", `${wasmUrl}: ${(cause as Error).message}`, { cause });
  }
  if (!response.ok) throw new DivisiError("network", `${wasmUrl}: HTTP ${response.status}`);
  // Servers that do not know the type of .wasm files are common enough.
  const streamable = response.headers.get("content-type")?.startsWith("application/wasm");
  try {
    return streamable
      ? await WebAssembly.compileStreaming(response)
      : await WebAssembly.compile(await response.arrayBuffer());
  } catch (cause) {
    throw new DivisiError("unsupported", `${wasmUrl}: ${(cause as Error).message}`, { cause });
  }
}
