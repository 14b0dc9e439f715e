/** A page's side of `Platform`. */

import { DivisiError } from "../base/errors.js";
import type { Platform } from "../base/platform_types.js";
import type { EngineSize, Variant } from "../base/types.js";
import { noScript, startWorker } from "./start_worker.js";

// Bundlers find the assets by these very expressions: they must stay literal.
const wasmUrls: Readonly<Record<Variant, Readonly<Record<EngineSize, () => URL>>>> = {
  simd: {
    small: () => new URL("./wasm/divisi-simd.wasm", import.meta.url),
    whole: () => new URL("./wasm/divisi-simd-whole.wasm", import.meta.url),
  },
  "relaxed-simd": {
    small: () => new URL("./wasm/divisi-relaxed-simd.wasm", import.meta.url),
    whole: () => new URL("./wasm/divisi-relaxed-simd-whole.wasm", import.meta.url),
  },
};

export const platform: Platform = {
  spawn(url, events) {
    const worker = startWorker(url);
    worker.onmessage = (event: MessageEvent<unknown>) => events.onMessage(event.data);
    worker.onmessageerror = () =>
      events.onFailure(new DivisiError("internal", "a message of divisi's worker was unreadable"));
    worker.onerror = (event) => {
      // The page's own error handlers need not hear of what becomes a rejection.
      event.preventDefault();
      events.onFailure(failureOf(event, url));
    };
    return {
      post: (message, transfer) => worker.postMessage(message, transfer),
      terminate: () => worker.terminate(),
    };
  },

  wasmUrl: (variant, size) => wasmUrls[variant][size]().href,

  workletUrl: () => new URL("./worklet.js", import.meta.url).href,

  // Inside a Worker there is no document.
  baseUrl: () => (typeof document === "undefined" ? location.href : document.baseURI),

  device: () => ({
    cores: navigator.hardwareConcurrency,
    // Rounded down to a power of two; not in every browser.
    memoryGiB: (navigator as { deviceMemory?: number }).deviceMemory,
  }),

  hasInstalledModels: false,
};

/** An error event without a message is all that a script that did not load gives. */
function failureOf(event: ErrorEvent, url: string | undefined): DivisiError {
  return event.message && !event.message.includes(noScript)
    ? new DivisiError("internal", `divisi's worker failed: ${event.message}`)
    : new DivisiError(
        "network",
        `divisi's worker script ${url ?? "(worker.js beside its code)"} could not be loaded`,
      );
}
