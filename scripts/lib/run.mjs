// Child processes: quiet ones whose output is shown only when they fail, and loud ones that own the
// terminal.
import { spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { Failure } from "./failure.mjs";
import { root } from "./paths.mjs";
import { detail } from "./progress.mjs";

// Of a failed command's output the beginning and the end are shown: some tools name the cause first
// and print their manual after it.
const kHeadLines = 10;
const kTailLines = 30;

const commandLine = (command, args) => [command, ...args].join(" ");

/**
 * Runs a command quietly and resolves to its standard output.
 * @param {string} command
 * @param {string[]} args
 * @param {{cwd?: string, env?: Record<string, string>, what?: string, remedy?: string,
 *   progress?: (line: string) => string | undefined}} [options] `what` names the step in a failure;
 *   `progress` turns an output line into the step's progress text
 */
export function run(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: options.cwd ?? root,
      env: { ...process.env, ...options.env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    const head = [];
    const tail = [];
    let left = 0;
    const keepLine = (line) => {
      if (head.length < kHeadLines) head.push(line);
      else tail.push(line);
      if (tail.length > kTailLines) {
        tail.shift();
        left += 1;
      }
    };
    const listen = (stream, keep) => {
      let rest = "";
      stream.setEncoding("utf8");
      stream.on("data", (text) => {
        if (keep) output += text;
        const lines = (rest + text).split(/[\r\n]+/);
        rest = lines.pop() ?? "";
        for (const line of lines.filter(Boolean)) {
          keepLine(line);
          const shown = options.progress?.(line);
          if (shown) detail(shown);
        }
      });
      stream.on("end", () => {
        if (rest) keepLine(rest);
      });
    };
    listen(child.stdout, true);
    listen(child.stderr, false);
    child.on("error", (error) => reject(notStarted(command, error)));
    child.on("close", (code, signal) => {
      if (code === 0) return resolve(output);
      const how = signal ? `was ended by ${signal}` : `failed with exit code ${code}`;
      const what = options.what ?? commandLine(command, args);
      const shown = [...head, ...(left ? [`… ${left} lines …`] : []), ...tail];
      reject(new Failure(`${what}: ${command} ${how}:\n${indent(shown)}`, options.remedy));
    });
  });
}

/** Runs a command with the terminal handed to it; resolves to its exit code. */
export function runLoudly(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: options.cwd ?? root,
      env: { ...process.env, ...options.env },
      stdio: options.stdio ?? "inherit",
    });
    child.on("error", (error) => reject(notStarted(command, error)));
    child.on("close", (code) => resolve(code ?? 1));
  });
}

/** Standard output of a quick command, or null when it is missing or fails. */
export function probe(command, args) {
  const result = spawnSync(command, args, { encoding: "utf8", cwd: root });
  return result.status === 0 ? result.stdout : null;
}

/** The full path of a program on PATH, or null. */
export function which(program) {
  for (const folder of (process.env.PATH ?? "").split(delimiter)) {
    const path = join(folder, program);
    if (folder && existsSync(path)) return path;
  }
  return null;
}

function notStarted(command, error) {
  if (error.code === "ENOENT") return new Failure(`${command} is not installed`, "npm run setup");
  return new Failure(`${command} could not be started: ${error.message}`);
}

const indent = (lines) => lines.map((line) => `    ${line}`).join("\n");
