/**
 * A file that appears under its name only when it is complete: it is written under a temporary name
 * in the same folder and renamed at the end. Until then every way out, a signal included, removes it.
 */

import { randomBytes } from "node:crypto";
import { rmSync } from "node:fs";
import { type FileHandle, open, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describeFileError } from "../console/errors.js";

const unfinished = new Set<string>();

/** Removes what is half written, at once: for the end of the process. */
export function removeUnfinished(): void {
  for (const path of unfinished) rmSync(path, { force: true });
  unfinished.clear();
}

export class NewFile {
  readonly path: string;
  readonly #temporaryPath: string;
  readonly #file: FileHandle;
  #end = 0;
  #open = true;

  private constructor(path: string, temporaryPath: string, file: FileHandle) {
    this.path = path;
    this.#temporaryPath = temporaryPath;
    this.#file = file;
  }

  static async create(path: string): Promise<NewFile> {
    const random = randomBytes(6).toString("hex");
    // A leading dot hides it; a fixed length keeps long stem names within the disk's limit.
    const temporaryPath = join(dirname(path), `.divisi-${random}.part`);
    unfinished.add(temporaryPath);
    try {
      return new NewFile(path, temporaryPath, await open(temporaryPath, "wx"));
    } catch (error) {
      unfinished.delete(temporaryPath);
      throw describeFileError(error, path);
    }
  }

  /** Bytes written so far. */
  get length(): number {
    return this.#end;
  }

  async append(bytes: Uint8Array): Promise<void> {
    await this.#writeAt(this.#end, bytes);
    this.#end += bytes.length;
  }

  /** Overwrites what was written before; the length does not change. */
  async patch(position: number, bytes: Uint8Array): Promise<void> {
    await this.#writeAt(position, bytes);
  }

  /** Brings everything to the disk, where a full disk may still show. */
  async complete(): Promise<void> {
    try {
      await this.#file.sync();
      this.#open = false;
      await this.#file.close();
    } catch (error) {
      throw describeFileError(error, this.path);
    }
  }

  /** Gives the file its name, in place of an older one. */
  async publish(): Promise<void> {
    try {
      await rename(this.#temporaryPath, this.path);
    } catch (error) {
      throw describeFileError(error, this.path);
    }
    unfinished.delete(this.#temporaryPath);
  }

  /** Removes the file if it isn't published. */
  async discard(): Promise<void> {
    if (this.#open) {
      this.#open = false;
      await this.#file.close().catch(() => {}); // the reason to discard it is told already
    }
    if (!unfinished.has(this.#temporaryPath)) return;
    await rm(this.#temporaryPath, { force: true });
    unfinished.delete(this.#temporaryPath);
  }

  async #writeAt(position: number, bytes: Uint8Array): Promise<void> {
    let written = 0;
    while (written < bytes.length) {
      try {
        const { bytesWritten } = await this.#file.write(
          bytes,
          written,
          bytes.length - written,
          position + written,
        );
        written += bytesWritten;
      } catch (error) {
        throw describeFileError(error, this.path);
      }
    }
  }
}
