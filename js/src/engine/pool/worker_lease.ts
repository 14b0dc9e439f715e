/** A stream's turn at a Worker. Ends once, at the latest when the signal is aborted. */

import { abortable } from "../../base/abort.js";
import type { Permit, Semaphore } from "../../base/semaphore.js";
import type { OpenedStream, StreamRequest } from "../protocol/calls.js";
import type { WorkerClient } from "./worker_client.js";

export class WorkerLease {
  /** What is to be stopped when the lease ends. */
  job: { stop(): void } | undefined;
  readonly #permit: Promise<Permit>;
  readonly #signal: AbortSignal | undefined;
  readonly #onAbort = () => this.end();
  #ended = false;
  #drop: (() => Promise<unknown>) | undefined;

  constructor(semaphore: Semaphore, signal: AbortSignal | undefined) {
    this.#permit = semaphore.acquire();
    this.#signal = signal;
    signal?.addEventListener("abort", this.#onAbort);
  }

  /** @param clientOf gives that of the Worker with this index */
  async take(clientOf: (index: number) => Promise<WorkerClient>): Promise<WorkerClient> {
    const { index } = await abortable(this.#permit, this.#signal);
    return abortable(clientOf(index), this.#signal);
  }

  /** Opens the lease's stream. */
  async open(client: WorkerClient, request: StreamRequest): Promise<OpenedStream> {
    this.#signal?.throwIfAborted();
    const opening = client.call("open", request);
    this.#drop = async () => client.call("end", { stream: (await opening).stream });
    return abortable(opening, this.#signal);
  }

  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#signal?.removeEventListener("abort", this.#onAbort);
    this.job?.stop();
    // The next lease begins when the Worker has dropped this stream; the caller need not wait for
    // that. A Worker that died meanwhile has nothing to drop.
    const dropped = this.#drop?.().catch(() => undefined);
    void Promise.all([this.#permit, dropped]).then(([permit]) => permit.release());
  }
}
