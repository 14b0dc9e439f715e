/** Reads a file or a pipe forward with a bounded look ahead. */

import { type FileHandle, open } from "node:fs/promises";
import { CliError, describeFileError } from "../console/errors.js";

const empty = new Uint8Array(0);
/** Read beyond what a peek asks for, so that many small peeks don't mean many small reads. */
const extraBytes = 131072;

let waitingPipes = 0;

/** Whether a pipe is being opened or read that may have nothing to give for ever. */
export function pipeIsWaiting(): boolean {
  return waitingPipes > 0;
}

/** A file answers at once; anything else counts as a pipe until it has answered. */
async function answer<T>(isFile: boolean, request: Promise<T>): Promise<T> {
  if (isFile) return request;
  waitingPipes += 1;
  try {
    return await request;
  } finally {
    waitingPipes -= 1;
  }
}

export class ByteReader {
  /** Bytes in the file; undefined for a pipe. */
  readonly size: number | undefined;
  readonly path: string;
  readonly #file: FileHandle;
  #ahead = empty;
  #filePosition = 0;
  #ended = false;
  #closed = false;

  private constructor(path: string, file: FileHandle, size: number | undefined) {
    this.path = path;
    this.#file = file;
    this.size = size;
  }

  static async open(path: string): Promise<ByteReader> {
    let file: FileHandle;
    try {
      file = await answer(false, open(path, "r"));
    } catch (error) {
      throw describeFileError(error, path);
    }
    const stat = await file.stat();
    if (stat.isDirectory()) {
      await file.close();
      throw new CliError("is-a-directory", `${path}: is a directory, not an audio file`);
    }
    return new ByteReader(path, file, stat.isFile() ? stat.size : undefined);
  }

  /** Bytes taken so far. */
  get position(): number {
    return this.#filePosition - this.#ahead.length;
  }

  /** Bytes that the file still holds; undefined for a pipe. */
  get remaining(): number | undefined {
    return this.size === undefined ? undefined : Math.max(0, this.size - this.position);
  }

  /** The next `count` bytes, fewer only at the end, without taking them. */
  async peek(count: number): Promise<Uint8Array> {
    if (this.#ahead.length < count && !this.#ended) {
      const buffer = new Uint8Array(count + extraBytes);
      buffer.set(this.#ahead);
      const filled = this.#ahead.length + (await this.#fill(buffer, this.#ahead.length));
      this.#ahead = buffer.subarray(0, filled);
    }
    return this.#ahead.subarray(0, count);
  }

  /** Takes the next `count` bytes, fewer only at the end. */
  async read(count: number): Promise<Uint8Array> {
    const fromAhead = this.#ahead.subarray(0, count);
    this.#ahead = this.#ahead.subarray(fromAhead.length);
    if (fromAhead.length === count || this.#ended) return fromAhead;
    const buffer = new Uint8Array(count);
    buffer.set(fromAhead);
    const filled = fromAhead.length + (await this.#fill(buffer, fromAhead.length));
    return buffer.subarray(0, filled);
  }

  /** Moves on by `count` bytes; a file is not read for that, a pipe must be. */
  async skip(count: number): Promise<void> {
    const fromAhead = Math.min(count, this.#ahead.length);
    this.#ahead = this.#ahead.subarray(fromAhead);
    let left = count - fromAhead;
    if (this.size !== undefined) {
      this.#filePosition += left;
      return;
    }
    while (left > 0 && !this.#ended) left -= (await this.read(Math.min(left, 65536))).length;
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#file.close();
  }

  async #fill(buffer: Uint8Array, from: number): Promise<number> {
    let filled = 0;
    while (from + filled < buffer.length) {
      // A pipe has no positions; a file is read by position so that skip() costs nothing.
      const position = this.size === undefined ? null : this.#filePosition;
      const request = this.#file.read(
        buffer,
        from + filled,
        buffer.length - from - filled,
        position,
      );
      const { bytesRead } = await answer(this.size !== undefined, request).catch(
        (error: unknown) => {
          throw describeFileError(error, this.path);
        },
      );
      if (bytesRead === 0) {
        this.#ended = true;
        break;
      }
      filled += bytesRead;
      this.#filePosition += bytesRead;
    }
    return filled;
  }
}
