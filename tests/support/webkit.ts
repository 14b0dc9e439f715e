/**
 * The WebKitGTK that the tests drive: the machine's own MiniBrowser on a display that nobody sees, by
 * WebDriver. It is the engine of Safari as far as JavaScript, Wasm, Workers and Web Audio go; sound
 * goes through GStreamer.
 */

import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findWebKit } from "../../scripts/setup/system.mjs";
import type { DrivenPage } from "./driven_page.js";
import { removeHome, saidOnce } from "./program.js";
import { openSilentSoundCard } from "./silent_sound_card.js";

const startSeconds = 30;
const scriptSeconds = 40;

/** Opens `url` in a WebKitGTK of its own. */
export async function openInWebKit(url: string): Promise<DrivenPage> {
  const programs = findWebKit();
  if (!programs) throw new Error("no WebKitGTK on this machine: run `npm run setup -- --tests`");
  const home = mkdtempSync(join(tmpdir(), "divisi-webkit-"));
  const ends: (() => Promise<void>)[] = [() => removeHome(home)];
  const close = async () => {
    for (const end of ends.reverse()) await end();
  };
  try {
    const sound = await openSilentSoundCard(home);
    ends.push(() => sound.close());
    const display = await openDisplay();
    ends.push(() => display.close());
    const port = await freePort();
    const driver = spawn(programs.driver, [`--port=${port}`], {
      env: { ...process.env, ...homes(home), ...sound.environment, DISPLAY: display.name },
      stdio: "ignore",
      // A group of its own: the browser is a child of the driver.
      detached: true,
    });
    ends.push(() => endGroup(driver));
    const session = await openSession(`http://127.0.0.1:${port}`, programs.browser);
    ends.push(() => session.send("DELETE", "").then(() => undefined));
    await session.send("POST", "/timeouts", { script: scriptSeconds * 1000 });
    await session.send("POST", "/url", { url });
    return {
      version: session.version,
      evaluate: <Result>(run: (argument: never) => unknown, argument?: unknown) =>
        evaluate<Result>(session, run, argument),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function evaluate<Result>(
  session: Session,
  run: (argument: never) => unknown,
  argument: unknown,
): Promise<Result> {
  const call = `(${run})(${argument === undefined ? "" : JSON.stringify(argument)})`;
  // WebKit's driver tells of what was thrown too little, so errors come as results.
  const script = `const done = arguments[0];
    (async () => ({ result: await ${call} }))()
      .catch((error) => ({ error: String(error) }))
      .then((outcome) => done(JSON.stringify(outcome)));`;
  const value = await session.send("POST", "/execute/async", { script, args: [] });
  const { result, error } = JSON.parse(String(value)) as { result: Result; error?: string };
  if (error !== undefined) throw new Error(`in WebKit: ${error}`);
  return result;
}

interface Session {
  readonly version: string;
  send(method: string, path: string, body?: object): Promise<unknown>;
}

async function openSession(driver: string, browser: string): Promise<Session> {
  const options = { binary: browser, args: ["--automation", "--autoplay-policy=allow"] };
  const capabilities = { alwaysMatch: { "webkitgtk:browserOptions": options } };
  const end = performance.now() + startSeconds * 1000;
  const status = () =>
    fetch(`${driver}/status`).then(
      ({ ok }) => ok,
      () => false,
    );
  while (!(await status())) {
    if (performance.now() > end) throw new Error(`WebKitWebDriver is silent for ${startSeconds} s`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const made = (await request(`${driver}/session`, "POST", { capabilities })) as {
    sessionId: string;
    capabilities: { browserVersion: string };
  };
  const base = `${driver}/session/${made.sessionId}`;
  return {
    version: made.capabilities.browserVersion,
    send: (method, path, body) => request(base + path, method, body),
  };
}

async function request(url: string, method: string, body?: object): Promise<unknown> {
  const response = await fetch(url, { method, ...(body ? { body: JSON.stringify(body) } : {}) });
  const { value } = (await response.json()) as { value: { error?: string; message?: string } };
  if (!response.ok) throw new Error(`WebKitWebDriver: ${value.error}: ${value.message}`);
  return value;
}

/** An X server without a screen. */
async function openDisplay(): Promise<{ name: string; close(): Promise<void> }> {
  // It chooses a free number and says it on the file descriptor given.
  const child = spawn(
    "Xvfb",
    ["-displayfd", "2", "-screen", "0", "1280x900x24", "-nolisten", "tcp"],
    {
      stdio: ["ignore", "ignore", "pipe"],
    },
  );
  const gone = ended(child);
  const close = async () => {
    child.kill();
    await gone;
  };
  try {
    return { name: `:${await saidOnce(child, /^(\d+)$/)}`, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function endGroup(child: ChildProcess): Promise<void> {
  const gone = ended(child);
  try {
    if (child.pid) process.kill(-child.pid, "SIGKILL");
  } catch {
    // It has ended by itself.
  }
  await gone;
}

function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.once("error", () => resolve());
    child.once("exit", () => resolve());
  });
}

/** Where programs keep their files: nothing may stay behind in the user's own. */
function homes(home: string): Record<string, string> {
  const folders = { XDG_RUNTIME_DIR: "run", XDG_DATA_HOME: "data", XDG_CACHE_HOME: "cache" };
  const variables = Object.entries(folders).map(([name, folder]) => {
    const path = join(home, folder);
    mkdirSync(path, { mode: 0o700 });
    return [name, path];
  });
  return { ...Object.fromEntries(variables), XDG_CONFIG_HOME: home, HOME: home };
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}
