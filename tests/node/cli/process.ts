/** Starts the built command line as its users do: as a process of its own. */

import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const cliPath = fileURLToPath(new URL("../../../js/dist/cli/main.js", import.meta.url));

export interface Finished {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly process: ChildProcess;
  readonly finished: Promise<Finished>;
}

/** A hanging command line is a failure, not a test that never ends. */
const limitMilliseconds = 60_000;

export function startCli(args: readonly string[], cwd: string, program?: string[]): Running {
  const [command = process.execPath, ...before] = [...(program ?? []), process.execPath];
  const child = spawn(command, [...before, cliPath, ...args], {
    cwd,
    timeout: limitMilliseconds,
    killSignal: "SIGKILL",
  });
  let [stdout, stderr] = ["", ""];
  child.stdout.on("data", (data: Buffer) => {
    stdout += data.toString();
  });
  child.stderr.on("data", (data: Buffer) => {
    stderr += data.toString();
  });
  child.stdin.on("error", () => {}); // it may stop reading, which is its right
  const finished = new Promise<Finished>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
  return { process: child, finished };
}

/** @param program what the command line is run under: `["nice", "-n", "5"]`, say. */
export function cli(args: readonly string[], cwd: string, program?: string[]): Promise<Finished> {
  const running = startCli(args, cwd, program);
  running.process.stdin?.end();
  return running.finished;
}

/** Every file below a folder, by its path there. */
export function filesIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => statSync(join(folder, name)).isFile())
    .sort();
}
