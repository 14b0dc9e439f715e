/** How much a user downloads: bytes of runtimes and models, as they are and compressed. */

import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants } from "node:zlib";
import { inBuild, inRoot } from "../../../scripts/lib/paths.mjs";
import { runtimeFolders, type Site } from "./site.js";

export interface Size {
  readonly raw: number;
  readonly brotli: number;
}

const compress = promisify(brotliCompress);

/** Of code the best, as a server would do once; of weights less, which gains nothing there. */
const qualities = { code: 11, weights: 5 } as const;

export class Sizes {
  readonly #site: Site;
  readonly #file = inBuild("bench/brotli.json");
  readonly #known: Record<string, number>;

  constructor(site: Site) {
    this.#site = site;
    this.#known = existsSync(this.#file) ? JSON.parse(readFileSync(this.#file, "utf8")) : {};
  }

  /** Of the engine as it is published, with what an app that separates takes of the package. */
  ofDivisi(variant: string, engine?: "whole"): Promise<Size> {
    const name = engine === undefined ? variant : `${variant}-${engine}`;
    return this.#sum("code", [
      this.#script("/page/separating_app.js"),
      readFileSync(inRoot("js/dist/worker.js")),
      readFileSync(inRoot(`js/dist/wasm/divisi-${name}.wasm`)),
    ]);
  }

  /** Of a peer: its bundled code, and what its page has fetched besides. */
  ofPeer(kind: string, requests: readonly string[]): Promise<Size> {
    const fetched = [...new Set(requests)].flatMap((path) => {
      const prefix = Object.keys(runtimeFolders).find((candidate) => path.startsWith(candidate));
      return prefix === undefined ? [] : [`${runtimeFolders[prefix]}/${path.slice(prefix.length)}`];
    });
    return this.#sum("code", [
      this.#script(`/contenders/${kind}.js`),
      ...fetched.map((path) => readFileSync(path)),
    ]);
  }

  ofFiles(paths: readonly string[]): Promise<Size> {
    return this.#sum(
      "weights",
      paths.map((path) => readFileSync(path)),
    );
  }

  #script(path: string): Uint8Array {
    const code = this.#site.scripts.get(path);
    if (!code) throw new Error(`the site has no script ${path}`);
    return code;
  }

  async #sum(what: keyof typeof qualities, parts: readonly Uint8Array[]): Promise<Size> {
    let [raw, brotli] = [0, 0];
    for (const part of parts) {
      raw += part.length;
      brotli += await this.#compressed(part, qualities[what]);
    }
    return { raw, brotli };
  }

  /** Remembered between runs: the large ones take a minute. */
  async #compressed(bytes: Uint8Array, quality: number): Promise<number> {
    const key = `${quality}-${createHash("sha256").update(bytes).digest("hex")}`;
    this.#known[key] ??= (
      await compress(bytes, {
        params: {
          [constants.BROTLI_PARAM_QUALITY]: quality,
          [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
        },
      })
    ).length;
    mkdirSync(dirname(this.#file), { recursive: true });
    writeFileSync(this.#file, JSON.stringify(this.#known));
    return this.#known[key];
  }
}
