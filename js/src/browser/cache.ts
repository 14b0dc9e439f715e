/** Finished downloads in the Cache API. */

import type { ModelCache } from "../models/model_loader.js";

const cacheName = "divisi-models";

/** Null on insecure origins, in some private windows and on full disks. */
export async function openCache(): Promise<ModelCache | null> {
  if (typeof caches === "undefined") return null;
  try {
    return wrap(await caches.open(cacheName));
  } catch {
    return null;
  }
}

function wrap(cache: Cache): ModelCache {
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
    // Where there are no locks, two may fetch the same.
    alone: (url, work) =>
      navigator.locks ? navigator.locks.request(`${cacheName} ${url}`, work) : work(),
  };
}
