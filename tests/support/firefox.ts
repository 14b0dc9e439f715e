/**
 * The Firefox that the tests drive: the machine's own, headless, with an empty profile, by WebDriver
 * BiDi. (playwright-core's BiDi needs commands that Firefox ESR does not have.)
 */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { WebSocket } from "ws";
import { findFirefox } from "../../scripts/setup/system.mjs";
import type { DrivenPage } from "./driven_page.js";
import { removeHome, saidOnce } from "./program.js";
import { openSilentSoundCard } from "./silent_sound_card.js";

/** (The remote agent itself turns off updates, telemetry and first-run pages.) */
const preferences: Readonly<Record<string, boolean | number | string>> = {
  // Audio may start without a click.
  "media.autoplay.default": 0,
  "media.autoplay.blocking_policy": 0,
  // Nobody outside is asked for anything.
  "app.normandy.enabled": false,
  "browser.safebrowsing.downloads.enabled": false,
  "browser.safebrowsing.malware.enabled": false,
  "browser.safebrowsing.phishing.enabled": false,
  "datareporting.healthreport.uploadEnabled": false,
  "datareporting.policy.dataSubmissionEnabled": false,
  "network.captive-portal-service.enabled": false,
  "network.connectivity-service.enabled": false,
  "services.settings.server": "data:,",
};

/** Opens `url` in a Firefox of its own. */
export async function openInFirefox(url: string): Promise<DrivenPage> {
  const program = findFirefox();
  if (!program) throw new Error("no Firefox on this machine: run `npm run setup -- --tests`");
  const home = mkdtempSync(join(tmpdir(), "divisi-firefox-"));
  const sound = await openSilentSoundCard(home).catch(async (error) => {
    await removeHome(home);
    throw error;
  });
  const profile = join(home, "profile");
  mkdirSync(profile);
  writeFileSync(join(profile, "user.js"), userPreferences());
  const child = spawn(program, ["--headless", "--remote-debugging-port=0", "--profile", profile], {
    // Firefox does not run for root in somebody else's home, and would leave caches there.
    env: { ...process.env, HOME: home, ...sound.environment },
    stdio: ["ignore", "ignore", "pipe"],
  });
  const gone = new Promise<void>((resolve) => {
    child.once("error", () => resolve());
    child.once("exit", () => resolve());
  });
  const end = async () => {
    child.kill("SIGKILL");
    await gone;
    await sound.close();
    await removeHome(home);
  };
  try {
    const session = await connect(
      `${await saidOnce(child, /WebDriver BiDi listening on (ws:\S+)/)}/session`,
    );
    const { capabilities } = await session.send<{ capabilities: { browserVersion: string } }>(
      "session.new",
      { capabilities: {} },
    );
    const { contexts } = await session.send<{ contexts: [{ context: string }] }>(
      "browsingContext.getTree",
    );
    const { context } = contexts[0];
    await session.send("browsingContext.navigate", { context, url, wait: "complete" });
    return {
      version: capabilities.browserVersion,
      evaluate: (run: (argument: never) => unknown, argument?: unknown) =>
        evaluate(session, context, run, argument),
      async close() {
        await session.send("browser.close");
        await Promise.race([gone, new Promise((resolve) => setTimeout(resolve, 5000).unref())]);
        await end();
      },
    };
  } catch (error) {
    await end();
    throw error;
  }
}

const userPreferences = () =>
  Object.entries(preferences)
    .map(([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});\n`)
    .join("");

interface Session {
  send<Result>(method: string, params?: object): Promise<Result>;
}

interface Answer {
  readonly type: "success" | "error" | "event";
  readonly id?: number;
  readonly result?: unknown;
  readonly error?: string;
  readonly message?: string;
}

async function connect(address: string): Promise<Session> {
  const socket = new WebSocket(address);
  await once(socket, "open");
  const waiting = new Map<number, { resolve(result: unknown): void; reject(error: Error): void }>();
  socket.on("message", (data) => {
    const { type, id = 0, result, error, message } = JSON.parse(String(data)) as Answer;
    const call = waiting.get(id);
    waiting.delete(id);
    if (type === "success") call?.resolve(result);
    else call?.reject(new Error(`${error}: ${message}`));
  });
  socket.on("close", () => {
    for (const { reject } of waiting.values()) reject(new Error("Firefox has gone"));
    waiting.clear();
  });
  let calls = 0;
  return {
    send: <Result>(method: string, params: object = {}) =>
      new Promise<Result>((resolve, reject) => {
        calls += 1;
        waiting.set(calls, { resolve: (result) => resolve(result as Result), reject });
        socket.send(JSON.stringify({ id: calls, method, params }));
      }),
  };
}

interface Evaluated {
  readonly type: "success" | "exception";
  readonly result?: { readonly value: string };
  readonly exceptionDetails?: { readonly text: string };
}

async function evaluate<Result>(
  session: Session,
  context: string,
  run: (argument: never) => unknown,
  argument: unknown,
): Promise<Result> {
  const call = `(${run})(${argument === undefined ? "" : JSON.stringify(argument)})`;
  const outcome = await session.send<Evaluated>("script.evaluate", {
    expression: `(async () => JSON.stringify({ result: await ${call} }))()`,
    target: { context },
    awaitPromise: true,
  });
  if (outcome.type === "exception" || !outcome.result)
    throw new Error(`in Firefox: ${outcome.exceptionDetails?.text}`);
  return (JSON.parse(outcome.result.value) as { result: Result }).result;
}
