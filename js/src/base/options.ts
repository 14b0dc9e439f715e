/** Checks what callers give beside audio: a slip is to be told by its name, never by a TypeError. */

import { DivisiError } from "./errors.js";
import { show } from "./show.js";

/** @returns the error that says what an option is to be */
export function badOption(name: string, expected: string, value: unknown): DivisiError {
  return new DivisiError("bad-option", `${name}: expected ${expected}, got ${show(value)}`);
}

/** What every call takes to be watched or given up. */
interface Watch {
  readonly signal?: unknown;
  readonly onProgress?: unknown;
}

/** Refuses options that are no object, and a `signal` or `onProgress` that is none. */
export function checkOptions(options: unknown, name = "options"): void {
  if (typeof options !== "object" || options === null) throw badOption(name, "an object", options);
  const { signal, onProgress } = options as Watch;
  if (signal !== undefined && !isSignal(signal))
    throw badOption("signal", "an AbortSignal", signal);
  checkCallback("onProgress", onProgress);
}

/** @param value may be missing */
export function checkCallback(name: string, value: unknown): void {
  if (value !== undefined && typeof value !== "function")
    throw badOption(name, "a function", value);
}

/** @param value may be missing */
export function checkFlag(name: string, value: unknown): void {
  if (value !== undefined && typeof value !== "boolean") {
    throw badOption(name, "true or false", value);
  }
}

/** @param allowed what it may be */
export function checkOneOf(name: string, value: unknown, allowed: readonly string[]): void {
  if (allowed.some((each) => each === value)) return;
  throw badOption(name, `one of ${allowed.join(", ")}`, value);
}

/** @returns the number, where it is one. */
export function inRange(name: string, value: unknown, low: number, high: number): number {
  if (typeof value === "number" && value >= low && value <= high) return value;
  throw badOption(name, `a number from ${low} to ${high}`, value);
}

/** Of any realm: an app may have its signal from another window. */
function isSignal(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const { throwIfAborted, addEventListener } = value as Record<string, unknown>;
  return typeof throwIfAborted === "function" && typeof addEventListener === "function";
}
