/** Fetching one file, going on where a broken connection stopped. */

import { DivisiError } from "../base/errors.js";
import type { OnProgress } from "../base/types.js";
import { describePage, isWebPage, pageHeadBytes } from "../base/web_page.js";

export interface Download {
  readonly url: string;
  /** Size where it is known beforehand; else the server's word is taken. */
  readonly size: number | undefined;
  readonly onProgress: OnProgress;
}

const maxAttempts = 4;
const retryMilliseconds = 500;
/** Reports come no more often than a progress bar can be drawn. */
const reportMilliseconds = 50;

export async function download(options: Download): Promise<Uint8Array<ArrayBuffer>> {
  const body = new Body(options);
  for (let attempt = 1; ; attempt++) {
    try {
      return await body.receive();
    } catch (error) {
      if (error instanceof DivisiError) throw error;
      // A host that was never reached is not worth waiting for.
      if (body.received === 0 || attempt === maxAttempts) {
        const { message } = error as Error;
        throw new DivisiError("network", `${options.url}: ${message}`, { cause: error });
      }
      await new Promise((resolve) => setTimeout(resolve, retryMilliseconds * attempt));
    }
  }
}

/** What has arrived so far, over one or more connections. */
class Body {
  received = 0;
  readonly #options: Download;
  #parts: Uint8Array[] = [];
  /** Identifies the version that the first part belongs to. */
  #etag: string | null = null;
  #total: number | undefined;
  #reportedAt = 0;
  /** Whether its first bytes have been looked at. */
  #known = false;

  constructor(options: Download) {
    this.#options = options;
    this.#total = options.size;
  }

  async receive(): Promise<Uint8Array<ArrayBuffer>> {
    const response = await this.#request();
    const reader = response.body?.getReader();
    for (;;) {
      const part = await reader?.read();
      if (!part || part.done) break;
      this.#parts.push(part.value);
      this.received += part.value.length;
      if (this.received >= pageHeadBytes) this.#refusePage(response, reader);
      if (performance.now() - this.#reportedAt >= reportMilliseconds) this.#report();
    }
    this.#refusePage(response, reader);
    this.#report();
    return this.#joined();
  }

  /** A page is no model, and not worth waiting for its end. */
  #refusePage(
    response: Response,
    reader: ReadableStreamDefaultReader<Uint8Array> | undefined,
  ): void {
    if (this.#known) return;
    this.#known = true;
    const head = this.#parts.flatMap((part) => [...part.subarray(0, pageHeadBytes)]);
    if (!isWebPage(Uint8Array.from(head), response.headers.get("content-type"))) return;
    reader?.cancel().catch(() => undefined);
    throw new DivisiError("model-not-found", describePage(this.#options.url, response));
  }

  async #request(): Promise<Response> {
    const { url } = this.#options;
    // Without a strong tag the rest could belong to another version of the file.
    const resumes = this.received > 0 && this.#etag?.startsWith('"');
    const headers: Record<string, string> = resumes
      ? { range: `bytes=${this.received}-`, "if-range": this.#etag ?? "" }
      : {};
    const response = await fetch(url, { headers });
    if (!response.ok) {
      const code = response.status === 404 ? "model-not-found" : "network";
      throw new DivisiError(code, `${url}: HTTP ${response.status}`);
    }
    if (response.status !== 206) this.#startAfresh(response);
    this.#report();
    return response;
  }

  #startAfresh(response: Response): void {
    this.received = 0;
    this.#parts = [];
    this.#known = false;
    this.#etag = response.headers.get("etag");
    // A compressed answer's length is not the file's.
    const length = response.headers.get("content-length");
    const isPlain = length !== null && !response.headers.get("content-encoding");
    this.#total = this.#options.size ?? (isPlain ? Number(length) : undefined);
  }

  #report(): void {
    this.#reportedAt = performance.now();
    this.#options.onProgress({ done: this.received, total: this.#total, unit: "bytes" });
  }

  #joined(): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(this.received);
    let at = 0;
    for (const part of this.#parts) {
      bytes.set(part, at);
      at += part.length;
    }
    this.#parts = [];
    return bytes;
  }
}
