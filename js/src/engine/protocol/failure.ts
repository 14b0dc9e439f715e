/** Errors on their way between threads, where they would lose their class. */

import { DivisiError, type DivisiErrorCode } from "../../base/errors.js";

export interface Failure {
  name: string;
  code: DivisiErrorCode;
  message: string;
}

export function toFailure(error: unknown): Failure {
  if (error instanceof DivisiError) {
    return { name: error.name, code: error.code, message: error.message };
  }
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  // A RangeError is a buffer or a memory that there was no room for, or else a runaway recursion.
  const isAllocation = error instanceof RangeError && !/call stack/i.test(message);
  const code = isAllocation ? "out-of-memory" : "internal";
  return { name: "DivisiError", code, message };
}

export function fromFailure(failure: Failure): DivisiError {
  return new DivisiError(failure.code, failure.message);
}
