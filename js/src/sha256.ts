/** SHA-256 of a model file, without holding up the page. */

import { sha256 } from "@noble/hashes/sha2.js";

/** So much is hashed between two turns of the event loop: a few milliseconds. */
const stepBytes = 2 ** 19;

/** The hash in lower-case hex. */
export async function sha256Hex(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  // Pages served over plain http have no crypto.subtle.
  const digest = globalThis.crypto?.subtle
    ? new Uint8Array(await crypto.subtle.digest("SHA-256", bytes))
    : await hashInSteps(bytes);
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function hashInSteps(bytes: Uint8Array): Promise<Uint8Array> {
  const hash = sha256.create();
  for (let start = 0; start < bytes.length; start += stepBytes) {
    hash.update(bytes.subarray(start, start + stepBytes));
    await new Promise((resolve) => setTimeout(resolve));
  }
  return hash.digest();
}
