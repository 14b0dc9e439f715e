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
  /** The page in a browser profile of its own. */
  open(options?: BrowserContextOptions): Promise<DemoPage>;
  close(): Promise<void>;
}

export async function launchDemo(...flags: string[]): Promise<Demo> {
  const site = await openDemoSite();
  const browser = await launchChromium(...flags);
  return {
    browser,
    site,
    open: (options = {}) => openPage(browser, site.url, options),
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

declare global {
  /** The level (RMS) of the last 0.7 s that the page has played. */
  var playedLevel: () => number;
}

/** In the page: hears what goes to the loudspeakers, beside them. */
function listen(): void {
  const analysers = new Map<AudioNode, AnalyserNode>();
  const connect = AudioNode.prototype.connect as (...args: unknown[]) => AudioNode;
  AudioNode.prototype.connect = function (this: AudioNode, ...args: unknown[]) {
    const [target] = args;
    if (target instanceof AudioDestinationNode && target.context instanceof AudioContext) {
      const analyser = new AnalyserNode(target.context, { fftSize: 32768 });
      connect.call(this, analyser);
      analysers.set(this, analyser);
    }
    return connect.apply(this, args);
  } as typeof AudioNode.prototype.connect;
  globalThis.playedLevel = () => {
    const [analyser] = [...analysers.values()].slice(-1);
    if (!analyser) return 0;
    const samples = new Float32Array(analyser.fftSize);
    analyser.getFloatTimeDomainData(samples);
    return Math.sqrt(samples.reduce((sum, value) => sum + value * value, 0) / samples.length);
  };
}
