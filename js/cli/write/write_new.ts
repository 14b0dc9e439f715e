import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { describeFileError } from "../console/errors.js";
import { NewFile } from "./new_file.js";

/** Writes a file as a whole, or not at all, in a folder that is made if need be. @return its path */
export async function writeNew(
  folder: string,
  name: string,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<string> {
  await mkdir(folder, { recursive: true }).catch((error) => {
    throw describeFileError(error, folder);
  });
  const written = await NewFile.create(join(folder, name));
  try {
    await written.append(bytes);
    await written.complete();
    await written.publish();
  } finally {
    await written.discard();
  }
  return written.path;
}
