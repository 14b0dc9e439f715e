/** One stream's turn at an engine. Ends once, at the latest when the signal is aborted. */

import { abortable } from "../../base/abort.js";
import type { Place, Places } from "../../base/semaphore.js";
import type { Engine } from "./worker_client.js";

export class Turn {
  /** What is to be stopped when the turn ends. */
  pump: { stop(): void } | undefined;
  readonly #entered: Promise<Place>;
  readonly #signal: AbortSignal | undefined;
  readonly #onAbort = () => this.end();
  #engine: Engine | undefined;
  #ended = false;

  constructor(places: Places, signal: AbortSignal | undefined) {
    this.#entered = places.enter();
    this.#signal = signal;
    signal?.addEventListener("abort", this.#onAbort);
  }

  /** @param engine gives the one at that place. */
  async take(engine: (place: number) => Promise<Engine>): Promise<Engine> {
    const { index } = await abortable(this.#entered, this.#signal);
    this.#engine = await abortable(engine(index), this.#signal);
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
    void Promise.all([this.#entered, dropped]).then(([place]) => place.leave());
  }
}
