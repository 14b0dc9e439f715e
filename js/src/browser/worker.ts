/** The script of a browser's Worker. */

import { DivisiError } from "../base/errors.js";
import { serve } from "../engine/worker/worker_session.js";
import { openCache } from "./cache.js";

// The part of DedicatedWorkerGlobalScope that is used: the page's types are loaded instead.
interface WorkerScope {
  postMessage(message: unknown, transfer: Transferable[]): void;
  onmessage: ((event: MessageEvent) => void) | null;
}
const scope = globalThis as unknown as WorkerScope;

const receive = serve({
  compile,
  reply: (message, transfer) => scope.postMessage(message, transfer),
  openCache,
  readLocal: () => undefined,
  readInstalled: async ({ name }) => {
    throw new DivisiError("internal", `${name}: a browser has no installed models`);
  },
});
scope.onmessage = (event) => receive(event.data);

async function compile(wasmUrl: string): Promise<WebAssembly.Module> {
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
