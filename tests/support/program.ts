/** Programs that tests start: when they are ready, and what is left when they have ended. */

import type { ChildProcess } from "node:child_process";
import { rm } from "node:fs/promises";
import { createInterface } from "node:readline";

const patienceSeconds = 60;

/**
 * What the group of `pattern` matches in a line of the program's stderr. Rejects, with all that the
 * program has said, when it ends before, or takes longer than a minute.
 */
export function saidOnce(child: ChildProcess, pattern: RegExp): Promise<string> {
  const said: string[] = [];
  const { spawnfile, stderr } = child;
  return new Promise<string>((resolve, reject) => {
    const fail = (what: string) => reject(new Error(`${spawnfile} ${what}:\n${said.join("\n")}`));
    const timer = setTimeout(
      () => fail(`did not say ${pattern} in ${patienceSeconds} s`),
      patienceSeconds * 1000,
    );
    const end = (what: string) => {
      clearTimeout(timer);
      fail(what);
    };
    child.once("error", (error) => end(String(error)));
    child.once("exit", (code) => end(`ended with exit code ${code}`));
    if (!stderr) {
      end("was started without a pipe");
      return;
    }
    createInterface({ input: stderr }).on("line", (line) => {
      said.push(line);
      const found = pattern.exec(line)?.[1];
      if (found === undefined) return;
      clearTimeout(timer);
      resolve(found);
    });
  });
}

/** Removes a program's folder, in which processes of it may write for a moment after its end. */
export function removeHome(folder: string): Promise<void> {
  return rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
}
