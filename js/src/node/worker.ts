/** The script of a Node Worker. */

import { readFile } from "node:fs/promises";
import { parentPort } from "node:worker_threads";
import { DivisiError } from "../base/errors.js";
import { serve } from "../engine/worker/worker_session.js";
import { readInstalled, readLocal } from "./files.js";

const port = parentPort;
if (!port) throw new Error("divisi's worker script was started outside a Worker");

const receive = serve({
  compile,
  reply: (message, transfer) => port.postMessage(message, transfer),
  openCache: async () => null,
  readLocal,
  readInstalled,
});
port.on("message", receive);

async function compile(wasmUrl: string): Promise<WebAssembly.Module> {
  try {
    return await WebAssembly.compile(await read(new URL(wasmUrl)));
  } catch (cause) {
    throw new DivisiError("network", `${wasmUrl}: ${(cause as Error).message}`, { cause });
  }
}

async function read(url: URL): Promise<Uint8Array<ArrayBuffer>> {
  if (url.protocol === "file:") return readFile(url);
  const response = await fetch(url);
  if (!response.ok) throw new Error(`HTTP ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}
