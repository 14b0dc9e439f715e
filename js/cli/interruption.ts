/** Ctrl-C and its like: the first asks the work to stop and clean up, the second doesn't wait. */

import { constants } from "node:os";
import { removeUnfinished } from "./write/new_file.js";

export class Interruption {
  private readonly controller = new AbortController();
  private code: number | undefined;

  /** Aborted by the first signal. */
  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** 128 and the signal's number (130 for Ctrl-C) once one has come. */
  get exitCode(): number | undefined {
    return this.code;
  }

  listen(): void {
    for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
      process.on(name, () => {
        if (this.code !== undefined) process.exit(this.code);
        this.code = 128 + constants.signals[name];
        this.controller.abort();
      });
    }
    // Whatever ends the process, nothing half written stays.
    process.on("exit", removeUnfinished);
  }
}
