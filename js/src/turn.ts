/** One stream's turn at the engine. Ends once, at the latest when the signal is aborted. */

import { abortable } from "./abort.js";
import type { Engine } from "./engine.js";
import type { Queue } from "./queue.js";

export class Turn {
  /** What is to be stopped when the turn ends. */
  pump: { stop(): void } | undefined;
  readonly #entered: Promise<() => void>;
  readonly #signal: AbortSignal | undefined;
  readonly #onAbort = () => this.end();
  #engine: Engine | undefined;
  #ended = false;

  constructor(queue: Queue, signal: AbortSignal | undefined) {
    this.#entered = queue.enter();
    this.#signal = signal;
    signal?.addEventListener("abort", this.#onAbort);
  }

  async take(engine: () => Promise<Engine>): Promise<Engine> {
    await abortable(this.#entered, this.#signal);
    this.#engine = await abortable(engine(), this.#signal);
    return this.#engine;
  }

  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#signal?.removeEventListener("abort", this.#onAbort);
    this.pump?.stop();
    // The next turn begins when the Worker has dropped this stream; the caller need not wait for
    // that. A Worker that died meanwhile has nothing to drop.
    const dropped = this.#engine?.call("end", null).catch(() => undefined);
    void Promise.all([this.#entered, dropped]).then(([leave]) => leave());
  }
}
