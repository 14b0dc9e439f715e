/** Names of the folders that the stems go to. */

import { basename, extname } from "node:path";
import { standardInput } from "../read/byte_source.js";

/**
 * One folder name for each file: its name without the extension. Where that is taken, also by a
 * name that differs in nothing but case (one file on macOS and Windows), "-2", "-3" … is added in the
 * order of the command line; names that files have by themselves are left to those.
 *
 * @param exists whether there is a folder of that name already that is to be left alone
 */
export function outputNames(
  files: readonly string[],
  exists: (name: string) => boolean = () => false,
): string[] {
  const plain = files.map(plainName);
  const reserved = new Set(plain.map(key));
  const taken = new Set<string>();
  return plain.map((name) => {
    let candidate = name;
    for (let n = 2; taken.has(key(candidate)) || exists(candidate); n++) {
      const next = `${name}-${n}`;
      candidate = reserved.has(key(next)) && !taken.has(key(next)) ? candidate : next;
    }
    taken.add(key(candidate));
    return candidate;
  });
}

function key(name: string): string {
  return name.normalize("NFC").toLowerCase();
}

function plainName(file: string): string {
  if (file === standardInput) return "stdin";
  const whole = basename(file);
  const name = whole.slice(0, whole.length - extname(whole).length);
  // "..wav" without its extension would be the folder itself, "...wav" the one above.
  return /^\.*$/.test(name) ? `_${whole}` : name;
}
