/** The side of Node's main thread of `Platform`. */

import { availableParallelism, totalmem } from "node:os";
import { pathToFileURL } from "node:url";
import { type TransferListItem, Worker } from "node:worker_threads";
import { DivisiError } from "../base/errors.js";
import type { Platform } from "../base/platform_types.js";
import { wasmName } from "../base/wasm_name.js";

export const platform: Platform = {
  spawn(url, events) {
    // The app's own flags for Node (loaders, --input-type) are not for this script.
    const options = { execArgv: [] };
    const worker =
      url === undefined
        ? new Worker(new URL("./worker-node.js", import.meta.url), options)
        : new Worker(new URL(url), options);
    const fail = (what: string) =>
      events.onFailure(new DivisiError("internal", `divisi's worker failed: ${what}`));
    // An idle engine must not keep the process alive: it counts only while a reply is awaited.
    let awaited = 0;
    worker.unref();
    worker.on("message", (message: object) => {
      // Notices of progress come in between.
      if ("ok" in message) awaited -= 1;
      if (awaited === 0) worker.unref();
      events.onMessage(message);
    });
    worker.on("messageerror", () => fail("a message could not be read"));
    worker.on("error", (error) => fail(String(error)));
    worker.on("exit", (code) => fail(`it ended with exit code ${code}`));
    return {
      post(message, transfer) {
        awaited += 1;
        worker.ref();
        worker.postMessage(message, transfer as TransferListItem[]);
      },
      terminate: () => void worker.terminate(),
    };
  },

  wasmUrl: (variant, size) => new URL(`./wasm/${wasmName(variant, size)}`, import.meta.url).href,

  workletUrl: () => new URL("./worklet.js", import.meta.url).href,

  baseUrl: () => pathToFileURL(`${process.cwd()}/`).href,

  device: () => ({ cores: availableParallelism(), memoryGiB: totalmem() / 2 ** 30 }),

  hasInstalledModels: true,
};
