/** The models that the queue computes with: loaded when first needed, given up when it rests. */

import { signal } from "@preact/signals";
import type { LoadOptions, Separator, Tagger } from "divisi";
import type { ModelBook, ModelLoad } from "./types.js";

const engines = () => import("./engines.js");

export class LoadedModels {
  /** The model that is being fetched or made ready. */
  readonly loading = signal<ModelLoad | undefined>(undefined);
  readonly #book: ModelBook;
  readonly #taggers = new Map<string, Tagger>();
  #separator: { readonly model: string; readonly engine: Separator } | undefined;

  constructor(book: ModelBook) {
    this.#book = book;
  }

  async tagger(model: string, abort: AbortSignal): Promise<Tagger> {
    const known = this.#taggers.get(model);
    if (known) return known;
    const tagger = await this.#load(model, abort, async (options) =>
      (await engines()).Tagger.create(options),
    );
    this.#taggers.set(model, tagger);
    return tagger;
  }

  /** One at a time: another model's takes its place. */
  async separator(model: string, abort: AbortSignal): Promise<Separator> {
    if (this.#separator?.model === model) return this.#separator.engine;
    this.#separator?.engine.close();
    this.#separator = undefined;
    // One Worker: the player computes for the ears meanwhile.
    const engine = await this.#load(model, abort, async (options) =>
      (await engines()).Separator.create({ ...options, workers: 1 }),
    );
    this.#separator = { model, engine };
    return engine;
  }

  /** Frees Workers and memory; what is asked for next is loaded anew. */
  close(): void {
    for (const tagger of this.#taggers.values()) tagger.close();
    this.#taggers.clear();
    this.#separator?.engine.close();
    this.#separator = undefined;
  }

  async #load<T>(
    model: string,
    abort: AbortSignal,
    create: (options: LoadOptions) => Promise<T>,
  ): Promise<T> {
    this.loading.value = { model, done: 0, total: undefined };
    try {
      return await create({
        ...(await this.#book.source(model)),
        signal: abort,
        onProgress: ({ done, total }) => {
          this.loading.value = { model, done, total };
        },
      });
    } finally {
      this.loading.value = undefined;
    }
  }
}
