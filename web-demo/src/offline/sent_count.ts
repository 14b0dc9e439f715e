/**
 * Counts the bytes that leave the device: what requests carry, and every request to another origin.
 * (The policy of the page forbids the latter: it is counted all the same.) Asking one's own server
 * for a part of the app carries nothing. The page hears the count over a BroadcastChannel.
 */

export const channelName = "divisi-sent";
export const question = "how much?";

const cacheName = "divisi-sent";
const entry = "count";

/** For the service worker: what to call with each request. */
export function openSentCount(): (request: Request) => Promise<void> {
  const channel = new BroadcastChannel(channelName);
  let total = restore();
  channel.onmessage = ({ data }) => {
    if (data === question) void total.then((bytes) => channel.postMessage(bytes));
  };
  return async (request) => {
    const bytes = await sizeOf(request);
    if (bytes === 0) return;
    total = total.then((before) => before + bytes);
    const sum = await total;
    channel.postMessage(sum);
    const cache = await caches.open(cacheName);
    await cache.put(entry, new Response(String(sum)));
  };
}

async function sizeOf(request: Request): Promise<number> {
  const isForeign = new URL(request.url).origin !== location.origin;
  const carries = request.method !== "GET" && request.method !== "HEAD";
  const body = carries ? (await request.clone().arrayBuffer()).byteLength : 0;
  return body + (isForeign ? request.url.length : 0);
}

/** A service worker is stopped and started at any time: the count outlives it. */
async function restore(): Promise<number> {
  const stored = await caches.match(entry, { cacheName });
  return stored ? Number(await stored.text()) : 0;
}
