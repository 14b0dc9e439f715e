/** Values of the Wasm module as JavaScript has them. */

import type { Status } from "#wasm/simd";
import { DivisiError, type DivisiErrorCode } from "../../base/errors.js";

export function check(status: Status): void {
  if (status.code === "ok") return;
  // The words are those of `codeName` in core/include/divisi/status.h.
  throw new DivisiError(text(status.code) as DivisiErrorCode, text(status.message));
}

/** Embind declares what it takes for a string, in both directions; what it gives is a string. */
export function text(value: Status["code"]): string {
  return value as string;
}

/** Runs work on the module; a trap or an abort becomes a DivisiError. */
export interface GuardedModule {
  run<T>(work: () => T): T;
}
