/** Waiting for signals. */

import { effect } from "@preact/signals";

/**
 * Resolves when `condition`, which reads signals, is true; rejects with the reason of `abort`.
 */
export async function until(condition: () => boolean, abort: AbortSignal): Promise<void> {
  abort.throwIfAborted();
  const ending = new AbortController();
  let stop = () => {};
  try {
    await new Promise<void>((resolve, reject) => {
      stop = effect(() => {
        // What is given up has no word any more, not even until it hears of that.
        if (!abort.aborted && condition()) resolve();
      });
      abort.addEventListener("abort", () => reject(abort.reason), { signal: ending.signal });
    });
  } finally {
    stop();
    ending.abort();
  }
}
