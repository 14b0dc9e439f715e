/** The Chromium that the tests drive: the machine's own, headless, with an empty profile. */

import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, type BrowserContext, chromium } from "playwright-core";
import { findChromium } from "../../scripts/setup/system.mjs";
import { removeHome, saidOnce } from "./program.js";

const flags = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

function program(): string {
  const path = findChromium();
  if (!path) throw new Error("no Chromium on this machine: run `npm run setup -- --tests`");
  return path;
}

export async function launchChromium(...moreFlags: string[]): Promise<Browser> {
  const executablePath = program();
  return chromium.launch({ executablePath, headless: true, args: [...flags, ...moreFlags] });
}

export interface PlainChromium {
  readonly context: BrowserContext;
  close(): Promise<void>;
}

/**
 * Chromium with tabs as a user has them. What playwright-core launches tells every page that it is
 * in front, and slows none down in the background.
 */
export function launchPlainChromium(...moreFlags: string[]): Promise<PlainChromium> {
  return launchIn(newHome(), moreFlags);
}

/** Chromium of somebody who lets no site keep anything. */
export function launchChromiumWithoutStorage(): Promise<PlainChromium> {
  const home = newHome();
  const blocked = 2;
  const profile = { default_content_setting_values: { cookies: blocked } };
  mkdirSync(join(home, "Default"));
  writeFileSync(join(home, "Default", "Preferences"), JSON.stringify({ profile }));
  return launchIn(home, []);
}

function newHome(): string {
  return mkdtempSync(join(tmpdir(), "divisi-chromium-"));
}

async function launchIn(home: string, moreFlags: readonly string[]): Promise<PlainChromium> {
  const more = ["--headless=new", "--remote-debugging-port=0", `--user-data-dir=${home}`];
  const child = spawn(program(), [...flags, ...moreFlags, ...more, "about:blank"], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  const gone = new Promise<void>((resolve) => {
    child.once("error", () => resolve());
    child.once("exit", () => resolve());
  });
  const close = async () => {
    child.kill();
    await gone;
    await removeHome(home);
  };
  try {
    const address = await saidOnce(child, /DevTools listening on (ws:\S+)/);
    const browser = await chromium.connectOverCDP(address, { noDefaults: true });
    const [context] = browser.contexts();
    if (!context) throw new Error("Chromium has no profile");
    return {
      context,
      async close() {
        const session = await browser.newBrowserCDPSession();
        await session.send("Browser.close");
        await Promise.race([gone, new Promise((resolve) => setTimeout(resolve, 5000).unref())]);
        await close();
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}
