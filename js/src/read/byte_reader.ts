/** Reads a file or a pipe forward with a bounded look ahead. */

import { badOption } from "../base/options.js";

const empty = new Uint8Array(0);
/** Read beyond what a peek asks for, so that many small peeks don't mean many small reads. */
const extraBytes = 131072;

/** Where bytes come from. */
export interface ByteSource {
  /** Bytes in the file; undefined for a pipe. */
  readonly size: number | undefined;
  /**
   * Fills `buffer` from its index `from` on, or a part of it, with what stands at `position` of a
   * file, or what comes next from a pipe. @return the number of bytes; 0 at the end
   */
  read(buffer: Uint8Array, from: number, position: number): Promise<number>;
  /** Is called once, when nothing more is read. */
  close(): Promise<void>;
}

/** Reads a source forward; a file may also be read again. */
export class ByteReader {
  /** For messages. */
  readonly name: string;
  readonly #source: ByteSource;
  #ahead = empty;
  #filePosition = 0;
  #ended = false;
  #closed = false;

  /** Starts at the source's first byte. @param name for messages */
  constructor(name: string, source: ByteSource) {
    if (typeof name !== "string") throw badOption("name", "a text", name);
    if (typeof source?.read !== "function") throw badOption("source", "a ByteSource", source);
    this.name = name;
    this.#source = source;
  }

  /** Bytes in the file; undefined for a pipe. */
  get size(): number | undefined {
    return this.#source.size;
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

  /** `count` bytes from `offset` bytes ahead, fewer only at the end, without taking any. */
  async peekAt(offset: number, count: number): Promise<Uint8Array> {
    if (this.size === undefined || offset + count <= this.#ahead.length) {
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

  /** Moves a file to this position. A pipe can't be moved. */
  rewind(position: number): void {
    this.#ahead = empty;
    this.#ended = false;
    this.#filePosition = position;
  }

  /** Closes the source. May be called more than once. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#source.close();
  }

  async #fill(buffer: Uint8Array, from: number): Promise<number> {
    let filled = 0;
    while (from + filled < buffer.length) {
      const count = await this.#source.read(buffer, from + filled, this.#filePosition);
      if (count === 0) {
        this.#ended = true;
        break;
      }
      filled += count;
      this.#filePosition += count;
    }
    return filled;
  }
}

/** Refuses what is no reader, by its name. */
export function checkReader(reader: unknown): void {
  const { peekAt } = (reader ?? {}) as Partial<ByteReader>;
  if (typeof peekAt !== "function") throw badOption("reader", "a ByteReader", reader);
}
