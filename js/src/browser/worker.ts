/** The script of a browser's Worker. */

import { DivisiError } from "../base/errors.js";
import { serve } from "../engine/worker/worker_session.js";
import { openCache } from "./cache.js";
import { compile } from "./compile.js";

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
