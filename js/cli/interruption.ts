/** Ctrl-C and its like: the first asks the work to stop and clean up, the second doesn't wait. */

import { constants } from "node:os";
import { pipeIsWaiting } from "./read/byte_source.js";
import { removeUnfinished } from "./write/new_file.js";

const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
const patienceMilliseconds = 2000;

export class Interruption {
  readonly #controller = new AbortController();
  #received: (typeof signals)[number] | undefined;

  /** Aborted by the first signal. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  listen(): void {
    for (const name of signals) {
      process.on(name, () => {
        if (this.#received !== undefined) this.#end();
        this.#received = name;
        this.#controller.abort();
      });
    }
    // Whatever ends the process, nothing half written stays.
    process.on("exit", removeUnfinished);
  }

  /** Waits for the work, after a signal only for a moment; then ends the process if there was one. */
  async finish(work: Promise<number>): Promise<number> {
    const patience = new Promise<number>((resolve) => {
      this.signal.addEventListener("abort", () => setTimeout(resolve, patienceMilliseconds, 1));
    });
    const exitCode = await Promise.race([work, patience]);
    return this.#received === undefined ? exitCode : this.#end();
  }

  /** Exit code 128 and the signal's number, 130 for Ctrl-C. */
  #end(): never {
    const name = this.#received ?? "SIGINT";
    if (pipeIsWaiting()) {
      // exit() would wait until the pipe gives something; the signal itself doesn't, and shells
      // report it as the same code.
      removeUnfinished();
      for (const each of signals) process.removeAllListeners(each);
      process.kill(process.pid, name);
    }
    process.exit(128 + constants.signals[name]);
  }
}
