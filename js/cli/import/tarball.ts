/** Takes one file out of an npm package's tarball. */

import { gunzipSync } from "node:zlib";
import { CliError } from "../console/errors.js";

const blockBytes = 512;

/**
 * @param tarball a gzipped tar archive, checked by its hash before: npm's own, with names of up to
 *   100 bytes for what is looked for.
 */
export function fileOfTarball(tarball: Uint8Array, name: string): Uint8Array {
  const archive = gunzipSync(tarball);
  const text = (start: number, length: number) =>
    archive.toString("latin1", start, start + length).split("\0", 1)[0] ?? "";
  let position = 0;
  while (position + blockBytes <= archive.length && archive[position] !== 0) {
    const size = Number.parseInt(text(position + 124, 12), 8);
    const start = position + blockBytes;
    if (!Number.isSafeInteger(size) || start + size > archive.length) break;
    if (text(position, 100) === name) return archive.subarray(start, start + size);
    position = start + Math.ceil(size / blockBytes) * blockBytes;
  }
  throw new CliError("bad-package", `the package holds no ${name}`);
}
