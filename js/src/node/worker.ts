/** The script of a Node Worker. */

import { parentPort } from "node:worker_threads";
import { serve } from "../engine/worker/worker_session.js";
import { compile } from "./compile.js";
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
