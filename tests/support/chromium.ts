/** The Chromium that the tests drive: the machine's own, headless, with an empty profile. */

import { type Browser, chromium } from "playwright-core";
import { findChromium } from "../../scripts/setup/system.mjs";

const flags = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export async function launchChromium(...moreFlags: string[]): Promise<Browser> {
  const executablePath = findChromium();
  if (!executablePath)
    throw new Error("no Chromium on this machine: run `npm run setup -- --tests`");
  return chromium.launch({ executablePath, headless: true, args: [...flags, ...moreFlags] });
}
