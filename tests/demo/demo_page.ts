/** The demo in Chromium, with an eye on all that it asks for and complains of. */

import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type {
  Browser,
  BrowserContext,
  BrowserContextOptions,
  Page,
  Request,
} from "playwright-core";
import { launchChromium } from "../support/chromium.js";
import { listen } from "./actions.js";
import { type DemoSite, openDemoSite } from "./site.js";

const screenshots = fileURLToPath(new URL("../../out/screenshots", import.meta.url));

export interface DemoPage {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Every request of the page, its Workers and its service worker. */
  readonly requests: Request[];
  /** What the browser refused by the policy, what went wrong in scripts. */
  readonly complaints: string[];
  /** Writes out/screenshots/NAME.png. */
  shoot(name: string): Promise<void>;
  close(): Promise<void>;
}

export interface Demo {
  readonly browser: Browser;
  readonly site: DemoSite;
  /** The page in a browser profile of its own; @param search what follows its address */
  open(options?: BrowserContextOptions, search?: string): Promise<DemoPage>;
  close(): Promise<void>;
}

export async function launchDemo(...flags: string[]): Promise<Demo> {
  const site = await openDemoSite();
  const browser = await launchChromium(...flags);
  return {
    browser,
    site,
    open: (options = {}, search = "") => openPage(browser, site.url + search, options),
    async close() {
      await browser.close();
      await site.close();
    },
  };
}

async function openPage(
  browser: Browser,
  url: string,
  options: BrowserContextOptions,
): Promise<DemoPage> {
  const context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    colorScheme: "dark",
    ...options,
  });
  const requests: Request[] = [];
  const complaints: string[] = [];
  context.on("request", (request) => requests.push(request));
  context.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  context.on("weberror", (error) => complaints.push(String(error.error())));
  const page = await context.newPage();
  await page.addInitScript(listen);
  await page.goto(url);
  await page.locator("h1").waitFor();
  return {
    page,
    context,
    requests,
    complaints,
    async shoot(name) {
      mkdirSync(screenshots, { recursive: true });
      // What is smoothly drawn is drawn by then.
      await page.waitForTimeout(300);
      await page.screenshot({ path: `${screenshots}/${name}.png` });
    },
    close: () => context.close(),
  };
}
