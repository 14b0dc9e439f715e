/**
 * Names of files as text, and the bytes that they are on the disk. Node makes text of the command line
 * as UTF-8; names in another encoding, as old systems and archives leave them, lose bytes by that.
 */

import { readFileSync } from "node:fs";

/** What Node's functions take for a path. */
export type FilePath = string | Buffer;

const byName = new Map<string, Buffer>();

/** @param file as it came from `fileArguments` */
export function pathOf(file: string): FilePath {
  return byName.get(file) ?? file;
}

/** The command line's arguments, where those that aren't UTF-8 are read as Latin-1. */
export function fileArguments(args: readonly string[]): string[] {
  if (!args.some((arg) => arg.includes("\ufffd"))) return [...args];
  const raw = rawArguments().slice(-args.length);
  return args.map((arg, index) => {
    const bytes = raw[index];
    // Only Linux tells the bytes, and only where nothing else has rewritten the list.
    if (!arg.includes("\ufffd") || bytes === undefined || bytes.toString() !== arg) return arg;
    const name = bytes.toString("latin1");
    if (args.includes(name)) return arg;
    byName.set(name, bytes);
    return name;
  });
}

function rawArguments(): Buffer[] {
  let line: Buffer;
  try {
    line = readFileSync("/proc/self/cmdline");
  } catch {
    return [];
  }
  const list: Buffer[] = [];
  for (let from = 0; from < line.length; ) {
    const end = line.indexOf(0, from);
    list.push(line.subarray(from, end < 0 ? line.length : end));
    from = (end < 0 ? line.length : end) + 1;
  }
  return list;
}
