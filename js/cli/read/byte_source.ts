/** Where the command line's bytes come from: a file, a pipe, or standard input. */

import { type FileHandle, open } from "node:fs/promises";
import type { Readable } from "node:stream";
import { ByteReader, type ByteSource } from "divisi/readers";
import { CliError, describeFileError } from "../console/errors.js";
import { pathOf } from "../console/file_paths.js";

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

class FileSource implements ByteSource {
  readonly size: number | undefined;
  readonly #path: string;
  readonly #file: FileHandle;

  constructor(path: string, file: FileHandle, size: number | undefined) {
    this.#path = path;
    this.#file = file;
    this.size = size;
  }

  async read(buffer: Uint8Array, from: number, position: number): Promise<number> {
    const where = this.size === undefined ? null : position;
    const request = this.#file.read(buffer, from, buffer.length - from, where);
    try {
      return (await answer(this.size !== undefined, request)).bytesRead;
    } catch (error) {
      throw describeFileError(error, this.#path);
    }
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}

class StreamSource implements ByteSource {
  readonly size = undefined;
  readonly #path: string;
  readonly #stream: Readable;
  readonly #chunks: AsyncIterator<Buffer>;
  #left: Uint8Array = new Uint8Array(0);

  constructor(path: string, stream: Readable) {
    this.#path = path;
    this.#stream = stream;
    this.#chunks = stream[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  }

  async read(buffer: Uint8Array, from: number): Promise<number> {
    while (this.#left.length === 0) {
      const { done, value } = await this.#next();
      if (done) return 0;
      this.#left = value;
    }
    const taken = this.#left.subarray(0, buffer.length - from);
    buffer.set(taken, from);
    this.#left = this.#left.subarray(taken.length);
    return taken.length;
  }

  async close(): Promise<void> {
    this.#stream.destroy();
  }

  async #next(): Promise<IteratorResult<Buffer>> {
    try {
      return await answer(false, this.#chunks.next());
    } catch (error) {
      throw describeFileError(error, this.#path);
    }
  }
}

/** The name that stands for standard input on a command line. */
export const standardInput = "-";
/** What it is called in messages. */
export const standardInputName = "standard input";

/** @param path a file, a named pipe, or "-" */
export async function openBytes(path: string): Promise<ByteReader> {
  if (path === standardInput) return readStream(standardInputName, process.stdin);
  let file: FileHandle;
  try {
    file = await answer(false, open(pathOf(path), "r"));
  } catch (error) {
    throw describeFileError(error, path);
  }
  const stat = await file.stat();
  if (stat.isDirectory()) {
    await file.close();
    throw new CliError("is-a-directory", `${path}: is a directory, not an audio file`);
  }
  return new ByteReader(path, new FileSource(path, file, stat.isFile() ? stat.size : undefined));
}

/** @param name for messages */
export function readStream(name: string, stream: Readable): ByteReader {
  return new ByteReader(name, new StreamSource(name, stream));
}
