/** libFLAC for the Worker: its script and its Wasm are fetched when the first FLAC is asked for. */

import type { FlacLibrary } from "divisi/files";
import wasmUrl from "libflacjs/dist/libflac.min.wasm.wasm?url";

let library: Promise<FlacLibrary> | undefined;

export function loadFlacLibrary(): Promise<FlacLibrary> {
  library ??= load();
  return library;
}

async function load(): Promise<FlacLibrary> {
  // The script looks here for where its Wasm lies.
  Object.assign(globalThis, {
    FLAC_SCRIPT_LOCATION: { "libflac.min.wasm.wasm": new URL(wasmUrl, import.meta.url).href },
  });
  const { default: flac } = (await import("libflacjs/dist/libflac.min.wasm.js")) as unknown as {
    default: FlacLibrary;
  };
  if (flac.isReady()) return flac;
  return new Promise((resolve) => flac.on("ready", () => resolve(flac)));
}
