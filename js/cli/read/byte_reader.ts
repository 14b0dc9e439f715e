/** Reads a file or a pipe forward with a bounded look ahead. */

import { type FileHandle, open } from "node:fs/promises";
import type { Readable } from "node:stream";
import { CliError, describeFileError } from "../console/errors.js";
import { type FilePath, pathOf } from "../console/file_paths.js";

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

/** Where bytes come from. `position` is where a file is read; a pipe has none. */
interface Source {
  /** Bytes in the file; undefined for a pipe. */
  readonly size: number | undefined;
  read(buffer: Uint8Array, from: number, position: number): Promise<number>;
  close(): Promise<void>;
}

class FileSource implements Source {
  constructor(
    private readonly file: FileHandle,
    readonly size: number | undefined,
  ) {}

  async read(buffer: Uint8Array, from: number, position: number): Promise<number> {
    const where = this.size === undefined ? null : position;
    return (await this.file.read(buffer, from, buffer.length - from, where)).bytesRead;
  }

  close(): Promise<void> {
    return this.file.close();
  }
}

class StreamSource implements Source {
  readonly size = undefined;
  private readonly chunks: AsyncIterator<Buffer>;
  private left: Uint8Array = empty;

  constructor(private readonly stream: Readable) {
    this.chunks = stream[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  }

  async read(buffer: Uint8Array, from: number): Promise<number> {
    while (this.left.length === 0) {
      const { done, value } = await this.chunks.next();
      if (done) return 0;
      this.left = value;
    }
    const taken = this.left.subarray(0, buffer.length - from);
    buffer.set(taken, from);
    this.left = this.left.subarray(taken.length);
    return taken.length;
  }

  async close(): Promise<void> {
    this.stream.destroy();
  }
}

/** The name that stands for standard input on a command line. */
export const standardInput = "-";
/** What it is called in messages. */
export const standardInputName = "standard input";

export class ByteReader {
  private ahead = empty;
  private filePosition = 0;
  private ended = false;
  private closed = false;

  private constructor(
    /** For messages. */
    readonly path: string,
    private readonly source: Source,
  ) {}

  /** @param path a file, a named pipe, or "-" */
  static async open(path: string): Promise<ByteReader> {
    if (path === standardInput) return ByteReader.from(standardInputName, process.stdin);
    return ByteReader.openFile(path, pathOf(path));
  }

  private static async openFile(path: string, where: FilePath): Promise<ByteReader> {
    let file: FileHandle;
    try {
      file = await answer(false, open(where, "r"));
    } catch (error) {
      throw describeFileError(error, path);
    }
    const stat = await file.stat();
    if (stat.isDirectory()) {
      await file.close();
      throw new CliError("is-a-directory", `${path}: is a directory, not an audio file`);
    }
    return new ByteReader(path, new FileSource(file, stat.isFile() ? stat.size : undefined));
  }

  /** @param path for messages */
  static from(path: string, stream: Readable): ByteReader {
    return new ByteReader(path, new StreamSource(stream));
  }

  /** Bytes in the file; undefined for a pipe. */
  get size(): number | undefined {
    return this.source.size;
  }

  /** Bytes taken so far. */
  get position(): number {
    return this.filePosition - this.ahead.length;
  }

  /** Bytes that the file still holds; undefined for a pipe. */
  get remaining(): number | undefined {
    return this.size === undefined ? undefined : Math.max(0, this.size - this.position);
  }

  /** The next `count` bytes, fewer only at the end, without taking them. */
  async peek(count: number): Promise<Uint8Array> {
    if (this.ahead.length < count && !this.ended) {
      const buffer = new Uint8Array(count + extraBytes);
      buffer.set(this.ahead);
      const filled = this.ahead.length + (await this.fill(buffer, this.ahead.length));
      this.ahead = buffer.subarray(0, filled);
    }
    return this.ahead.subarray(0, count);
  }

  /** `count` bytes from `offset` bytes ahead, fewer only at the end, without taking any. */
  async peekAt(offset: number, count: number): Promise<Uint8Array> {
    if (this.size === undefined || offset + count <= this.ahead.length) {
      return (await this.peek(offset + count)).subarray(offset);
    }
    const start = this.position;
    this.rewind(start + offset);
    const bytes = await this.peek(count);
    this.rewind(start);
    return bytes;
  }

  /** Takes the next `count` bytes, fewer only at the end. */
  async read(count: number): Promise<Uint8Array> {
    const fromAhead = this.ahead.subarray(0, count);
    this.ahead = this.ahead.subarray(fromAhead.length);
    if (fromAhead.length === count || this.ended) return fromAhead;
    const buffer = new Uint8Array(count);
    buffer.set(fromAhead);
    const filled = fromAhead.length + (await this.fill(buffer, fromAhead.length));
    return buffer.subarray(0, filled);
  }

  /** Moves on by `count` bytes; a file is not read for that, a pipe must be. */
  async skip(count: number): Promise<void> {
    const fromAhead = Math.min(count, this.ahead.length);
    this.ahead = this.ahead.subarray(fromAhead);
    let left = count - fromAhead;
    if (this.size !== undefined) {
      this.filePosition += left;
      return;
    }
    while (left > 0 && !this.ended) left -= (await this.read(Math.min(left, 65536))).length;
  }

  /** Moves a file to this position. A pipe can't be moved. */
  rewind(position: number): void {
    this.ahead = empty;
    this.ended = false;
    this.filePosition = position;
  }

  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    await this.source.close();
  }

  private async fill(buffer: Uint8Array, from: number): Promise<number> {
    let filled = 0;
    while (from + filled < buffer.length) {
      const request = this.source.read(buffer, from + filled, this.filePosition);
      const count = await answer(this.size !== undefined, request).catch((error: unknown) => {
        throw describeFileError(error, this.path);
      });
      if (count === 0) {
        this.ended = true;
        break;
      }
      filled += count;
      this.filePosition += count;
    }
    return filled;
  }
}
