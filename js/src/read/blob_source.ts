/** A Blob, or a file that a page was given, as a source of bytes. */

import { badOption } from "../base/options.js";
import type { ByteSource } from "./byte_reader.js";

/** Read at once: each time the browser asks the process that has the file. */
const chunkBytes = 2 ** 20;

/** The bytes of a Blob, read a MiB at a time: it is never in memory as a whole. */
export function blobSource(blob: Blob): ByteSource {
  if (!(blob instanceof Blob)) throw badOption("blob", "a File or Blob", blob);
  let start = 0;
  let chunk = new Uint8Array(0);
  return {
    size: blob.size,
    async read(buffer, from, position) {
      if (position < start || position >= start + chunk.length) {
        const end = Math.min(position + chunkBytes, blob.size);
        if (position >= end) return 0;
        chunk = new Uint8Array(await blob.slice(position, end).arrayBuffer());
        start = position;
      }
      const taken = chunk.subarray(position - start, position - start + buffer.length - from);
      buffer.set(taken, from);
      return taken.length;
    },
    close: async () => {
      chunk = new Uint8Array(0);
    },
  };
}
