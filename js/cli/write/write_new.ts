import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { describeFileError } from "../console/errors.js";
import { NewFile } from "./new_file.js";

/** What is written. */
export interface FileBytes {
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Writes a file as a whole, or not at all, in a folder that is made if need be. @return its path */
export async function writeNew(
  folder: string,
  name: string,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<string> {
  const [path = ""] = await writeAllNew(folder, [{ name, bytes }]);
  return path;
}

/**
 * Writes files that belong together: none has its name before all of them are complete.
 *
 * @return their paths
 */
export async function writeAllNew(folder: string, files: readonly FileBytes[]): Promise<string[]> {
  await mkdir(folder, { recursive: true }).catch((error) => {
    throw describeFileError(error, folder);
  });
  const written: NewFile[] = [];
  try {
    for (const { name, bytes } of files) {
      const file = await NewFile.create(join(folder, name));
      written.push(file);
      await file.append(bytes);
      await file.complete();
    }
    for (const file of written) await file.publish();
  } finally {
    for (const file of written) await file.discard();
  }
  return written.map(({ path }) => path);
}
