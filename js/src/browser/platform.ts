/** The browser's side of `Platform`. */

import { DivisiError } from "../errors.js";
import type { ModelCache, Platform } from "../platform.js";
import type { Variant } from "../types.js";

// Bundlers find the assets by these very expressions: they must stay literal.
const wasmUrls: Readonly<Record<Variant, () => URL>> = {
  simd: () => new URL("./wasm/divisi-simd.wasm", import.meta.url),
  "relaxed-simd": () => new URL("./wasm/divisi-relaxed-simd.wasm", import.meta.url),
};

const cacheName = "divisi-models";

export const platform: Platform = {
  spawn(url, events) {
    const worker =
      url === undefined
        ? new Worker(new URL("./worker.js", import.meta.url), { type: "module", name: "divisi" })
        : new Worker(url, { type: "module", name: "divisi" });
    worker.onmessage = (event: MessageEvent<unknown>) => events.onMessage(event.data);
    worker.onmessageerror = () => events.onFailure("a message to the page could not be read");
    worker.onerror = (event) => {
      // The page's own error handlers need not hear of what becomes a rejection.
      event.preventDefault();
      events.onFailure(event.message || "its script could not be loaded");
    };
    return {
      post: (message, transfer) => worker.postMessage(message, transfer),
      terminate: () => worker.terminate(),
    };
  },

  wasmUrl: (variant) => wasmUrls[variant]().href,

  // Inside a Worker there is no document.
  baseUrl: () => (typeof document === "undefined" ? location.href : document.baseURI),

  async readInstalled(model) {
    throw new DivisiError(
      "model-not-found",
      `${model.name}: name the folder that serves ${model.file} with the option modelBase`,
    );
  },

  readLocal: () => undefined,

  async openCache() {
    if (typeof caches === "undefined") return null;
    try {
      return wrapCache(await caches.open(cacheName));
    } catch {
      // Private windows and full disks may refuse; the model is then fetched each time.
      return null;
    }
  },
};

function wrapCache(cache: Cache): ModelCache {
  return {
    async get(url) {
      const response = await cache.match(url);
      return response && new Uint8Array(await response.arrayBuffer());
    },
    async put(url, bytes) {
      const headers = { "content-length": String(bytes.length) };
      await cache.put(url, new Response(bytes, { headers }));
    },
    async remove(url) {
      await cache.delete(url);
    },
  };
}
