/** Reads the values of options: a slip is told by the option and the value. */

import { UsageError } from "../console/errors.js";
import { standardInput } from "../read/byte_source.js";

export function checkFiles(command: string, files: readonly string[]): void {
  if (files.length === 0) throw new UsageError(`${command}: no FILE given`);
  if (files.indexOf(standardInput) !== files.lastIndexOf(standardInput)) {
    throw new UsageError(`${command}: "-" is given twice, but standard input can be read once`);
  }
  if (files.includes("")) throw new UsageError(`${command}: a FILE is an empty string`);
}

export function count(option: string, value: string): number {
  if (/^[1-9]\d{0,5}$/.test(value)) return Number(value);
  throw new UsageError(`--${option} "${value}": must be a whole number from 1`);
}

export function share(option: string, value: string): number {
  const number = Number(value);
  if (value.trim() !== "" && number >= 0 && number <= 1) return number;
  throw new UsageError(`--${option} "${value}": must be a number from 0 to 1`);
}

export function choice<T extends string>(
  option: string,
  value: string | undefined,
  allowed: readonly T[],
  fallback: T,
): T {
  if (value === undefined) return fallback;
  const found = allowed.find((each) => each === value);
  if (found !== undefined) return found;
  throw new UsageError(`--${option} "${value}": must be one of ${allowed.join(", ")}`);
}

export function notEmpty(option: string, value: string | undefined): string | undefined {
  if (value === "") throw new UsageError(`--${option} is an empty string`);
  return value;
}

/** Of an option that may be given several times, and takes several names. */
export function names(option: string, values: readonly string[]): string[] {
  const all = values.flatMap((value) => value.split(",")).map((name) => name.trim());
  if (all.includes("")) throw new UsageError(`--${option} "${values.join(",")}": a name is empty`);
  return [...new Set(all)];
}
