/** The page in the browser of somebody who lets no site keep anything. */

import { afterAll, beforeAll, expect, it } from "vitest";
import { launchChromiumWithoutStorage, type PlainChromium } from "../support/chromium.js";
import { press, reach } from "./actions.js";
import { type DemoSite, openDemoSite } from "./site.js";

let site: DemoSite;
let chromium: PlainChromium;
beforeAll(async () => {
  site = await openDemoSite();
  chromium = await launchChromiumWithoutStorage();
});
afterAll(async () => {
  await chromium?.close();
  await site?.close();
});

it("separates a song, and says what is kept: nothing", async () => {
  const page = await chromium.context.newPage();
  await page.goto(site.url);
  const denied = await page.evaluate(async () => {
    try {
      await caches.keys();
      return false;
    } catch {
      return true;
    }
  });
  expect(denied).toBe(true);
  await press(page, "Try the sample");
  await reach(page, "A bundled song", "done");
  await press(page, "Storage");
  const dialog = page.getByRole("dialog");
  await dialog.getByText("The app", { exact: true }).waitFor({ timeout: 10_000 });
  expect(await dialog.getByRole("listitem").count()).toBe(1);
});
