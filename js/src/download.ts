/** Fetching one file: progress, cancellation, and going on where a broken connection stopped. */

import { DivisiError } from "./errors.js";
import type { OnProgress } from "./types.js";

export interface DownloadOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: OnProgress | undefined;
  /** Size where it is known beforehand; else the server's word is taken. */
  readonly size?: number | undefined;
}

const maxAttempts = 4;
const retryMilliseconds = 500;

export async function download(
  url: string,
  options: DownloadOptions,
): Promise<Uint8Array<ArrayBuffer>> {
  const body = new Body(url, options);
  for (let attempt = 1; ; attempt++) {
    try {
      return await body.receive();
    } catch (error) {
      options.signal?.throwIfAborted();
      const broken = !(error instanceof DivisiError) && body.received > 0;
      if (broken && attempt < maxAttempts) {
        await new Promise((resolve) => setTimeout(resolve, retryMilliseconds * attempt));
        continue;
      }
      throw error instanceof DivisiError
        ? error
        : new DivisiError("network", `${url}: ${(error as Error).message}`, { cause: error });
    }
  }
}

/** What has arrived so far, over one or more connections. */
class Body {
  received = 0;
  readonly #url: string;
  readonly #options: DownloadOptions;
  #parts: Uint8Array[] = [];
  /** Identifies the version that the first part belongs to. */
  #etag: string | null = null;
  #total: number | undefined;

  constructor(url: string, options: DownloadOptions) {
    this.#url = url;
    this.#options = options;
    this.#total = options.size;
  }

  async receive(): Promise<Uint8Array<ArrayBuffer>> {
    const response = await this.#request();
    if (!response.body) throw new DivisiError("network", `${this.#url}: the answer has no body`);
    const reader = response.body.getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      this.#parts.push(value);
      this.received += value.length;
      this.#report();
    }
    return this.#joined();
  }

  async #request(): Promise<Response> {
    const headers: Record<string, string> = {};
    // Without a strong tag the rest could belong to another version of the file.
    const resumes = this.received > 0 && this.#etag !== null && !this.#etag.startsWith("W/");
    if (resumes && this.#etag) {
      headers.range = `bytes=${this.received}-`;
      headers["if-range"] = this.#etag;
    }
    const response = await fetch(this.#url, { headers, signal: this.#options.signal ?? null });
    if (!response.ok) {
      const code = response.status === 404 ? "model-not-found" : "network";
      throw new DivisiError(code, `${this.#url}: HTTP ${response.status}`);
    }
    if (response.status !== 206) this.#startAfresh(response);
    this.#report();
    return response;
  }

  #startAfresh(response: Response): void {
    this.received = 0;
    this.#parts = [];
    this.#etag = response.headers.get("etag");
    // A compressed answer's length is not the file's.
    const length = response.headers.get("content-length");
    if (length && !response.headers.get("content-encoding")) {
      this.#total = this.#options.size ?? Number(length);
    }
  }

  #report(): void {
    this.#options.onProgress?.({ done: this.received, total: this.#total, unit: "bytes" });
  }

  #joined(): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(this.received);
    let at = 0;
    for (const part of this.#parts) {
      bytes.set(part, at);
      at += part.length;
    }
    return bytes;
  }
}
