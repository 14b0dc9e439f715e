// The real HTDemucs in the web demo, as a musician who has imported it would use it.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { htdemucsFiles } from "../../scripts/lib/htdemucs.mjs";
import { dropSong, reach, watchFirstStems } from "../demo/actions.js";
import { type Demo, type DemoPage, launchDemo } from "../demo/demo_page.js";

const { DIVISI_HTDEMUCS: folder } = process.env;
const title = "HTDemucs, 4 stems (personal and research use only)";

describe.skipIf(folder === undefined)("HTDemucs in the demo", () => {
  let demo: Demo;
  let opened: DemoPage;
  beforeAll(async () => {
    demo = await launchDemo();
    opened = await demo.open();
  });
  afterAll(() => demo?.close());

  const dialog = () => opened.page.getByRole("dialog");

  test("is added as a file, with its terms in view", async () => {
    const { page } = opened;
    await page.getByRole("button", { name: "Models" }).click();
    await dialog()
      .locator('input[type="file"]')
      .setInputFiles(htdemucsFiles(folder as string).f16);
    await dialog()
      .getByText(`${title} is here, and stays in this browser.`)
      .waitFor({ timeout: 300_000 });
    await dialog()
      .locator("[data-model]")
      .getByText(/personal and research use only/)
      .first()
      .waitFor();
    await opened.shoot("htdemucs-added");
    await page.getByRole("button", { name: "Close" }).click();
  });

  test("tells what a song takes, and separates it into four stems", async () => {
    const { page } = opened;
    await dropSong(page, { name: "a song.wav" });
    await reach(page, "a song", "done");
    await page.getByRole("button", { name: /^Model: / }).click();
    await dialog().getByRole("radio", { name: title }).check();
    const cost = await dialog().locator(".choice-option", { hasText: title }).textContent();
    expect(cost).toMatch(/about .* (second|minute)s? and 0\.\d GB on this device/);
    await page.evaluate(watchFirstStems);
    await dialog()
      .getByRole("button", { name: `Separate with ${title}` })
      .click();
    await reach(page, "a song", "done", 580);
    const lanes = await page.locator("[data-lane] .lane-title").allTextContents();
    expect(lanes).toEqual(["Mix", "Drums", "Bass", "Other instruments", "Vocals"]);
    // A segment gives 6.6 s of 30; two Workers may have one each before the page is drawn.
    const percent = await page.evaluate(() => globalThis.firstShown);
    expect(percent).toBeGreaterThan(0);
    expect(percent).toBeLessThanOrEqual(50);
    await opened.shoot("htdemucs-separated");
    expect(opened.complaints).toEqual([]);
  });
});
