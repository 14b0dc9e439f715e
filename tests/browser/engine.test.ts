// The suite in a page, for each variant.
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { cases } from "../suite/cases.js";
import type { Suite } from "./page.js";
import { openSite, type Site } from "./pages.js";

declare const suite: Suite;

let site: Site;
beforeAll(async () => {
  site = await openSite();
});
afterAll(() => site?.close());

describe.each(["simd", "relaxed-simd"] as const)("%s in Chromium", (variant) => {
  let page: Page;
  beforeAll(async () => {
    page = await site.open();
    expect(await page.evaluate(() => suite.divisi.supportedVariants())).toContain(variant);
  });
  afterAll(() => page?.context().close());

  for (const name of Object.keys(cases)) {
    test(name, () =>
      page.evaluate(([name, variant]) => suite.run(name, variant), [name, variant] as const),
    );
  }

  test("every worker is gone in the end", async () => {
    await expect.poll(() => page.workers().length).toBe(0);
  });
});
