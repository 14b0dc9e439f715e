/**
 * The way of a first visitor in Firefox and in WebKitGTK: choose the sample, hear one part alone, read
 * the tags, take a file away.
 */

import { afterEach, expect, it } from "vitest";
import { segmentModel } from "../suite/segment_model.js";
import { openInFirefox } from "../support/firefox.js";
import { openInWebKit } from "../support/webkit.js";
import { dropFile, listen, type PageLike, position, press, reach, until } from "./actions.js";
import { openDemoSite } from "./site.js";

const title = "A bundled song";
const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

declare global {
  /** What the page has offered for download. */
  var offered: Blob[];
}

/** Run in the page: keeps what links to Blobs are made of, which these browsers' drivers do not. */
function keepDownloads(): void {
  globalThis.offered = [];
  const make = URL.createObjectURL;
  URL.createObjectURL = (object: Blob | MediaSource) => {
    if (object instanceof Blob && object.type.startsWith("audio/")) globalThis.offered.push(object);
    return make.call(URL, object);
  };
}

/** The energy of what was offered last, decoded by the browser; NaN as long as there is nothing. */
async function offeredLevel(): Promise<{ seconds: number; level: number } | null> {
  const blob = globalThis.offered.at(-1);
  if (!blob) return null;
  const context = new OfflineAudioContext(2, 1, 44100);
  const audio = await context.decodeAudioData(await blob.arrayBuffer());
  const samples = audio.getChannelData(0);
  const energy = samples.reduce((sum, value) => sum + value * value, 0);
  return { seconds: audio.duration, level: Math.sqrt(energy / samples.length) };
}

async function pressed(page: PageLike, name: string): Promise<void> {
  await until(
    () =>
      page.evaluate((wanted) => {
        const button = [...document.querySelectorAll("button")].find(
          (one) => (one.getAttribute("aria-label") ?? one.textContent?.trim()) === wanted,
        );
        return button !== undefined && !button.disabled;
      }, name),
    `the button ${name}`,
  );
  await press(page, name);
}

const browsers = [
  ["Firefox", openInFirefox],
  ["WebKitGTK", openInWebKit],
] as const;

it.each(browsers)(
  "%s computes, plays and saves the sample's parts, and shows its tags",
  async (_name, open) => {
    const site = await openDemoSite();
    ends.push(() => site.close());
    const page = await open(site.url);
    ends.push(() => page.close());
    await until(() => page.evaluate(() => document.querySelector("h1") !== null), "the page");
    await page.evaluate(listen);
    await page.evaluate(keepDownloads);
    await pressed(page, "Try the sample");
    await reach(page, title, "done");
    await until(
      () => page.evaluate(() => document.querySelectorAll(".tag-chip").length > 4),
      "the tags",
    );
    await pressed(page, "Play");
    await until(async () => (await position(page)) > 1, "the playhead moves");
    await until(() => page.evaluate(() => globalThis.playedLevel() > 0.01), "it is heard");
    // Nobody sings in the sample's first three seconds.
    await pressed(page, "Hear only vocals");
    await pressed(page, "To the start");
    await until(() => page.evaluate(() => globalThis.playedLevel() < 0.003), "nobody sings yet");
    await until(() => page.evaluate(() => globalThis.playedLevel() > 0.01), "the voice is heard");
    await pressed(page, "Pause");
    await pressed(page, "Save vocals");
    const saved = await until(() => page.evaluate(offeredLevel), "a file");
    expect(saved.seconds).toBeCloseTo(30, 0);
    expect(saved.level).toBeGreaterThan(0.01);
    // Nothing was asked of anybody but the page's own server.
    const origins = await page.evaluate(() => [
      ...new Set(performance.getEntriesByType("resource").map(({ name }) => new URL(name).origin)),
    ]);
    expect(origins).toEqual([new URL(site.url).origin]);
  },
);

/** Of what is played; chords and sections have lanes, too. */
const laneTitles = (page: PageLike) =>
  page.evaluate(() =>
    [...document.querySelectorAll(".lane:not(.chord-lane, .section-lane) .lane-title")].map(
      (one) => one.textContent,
    ),
  );

/** Separates the song that is shown with the model that was added. */
async function chooseAddedModel(page: PageLike): Promise<void> {
  await pressed(page, "Model: Spleeter 2 stems, 8 bits. Choose another");
  await until(
    () =>
      page.evaluate(() => {
        const options = [...document.querySelectorAll<HTMLElement>(".choice-option")];
        const option = options.find((one) => one.textContent?.includes("Quarters for tests"));
        option?.querySelector("input")?.click();
        return option !== undefined;
      }),
    "the model can be chosen",
  );
  await pressed(page, "Separate with Quarters for tests");
  await until(async () => (await laneTitles(page)).length === 5, "four stems");
  await reach(page, title, "done");
  expect(await laneTitles(page)).toEqual(["Mix", "Drums", "Bass", "Other instruments", "Vocals"]);
}

it.each(browsers)("%s takes a model file, and has it again after a reload", async (_name, open) => {
  const site = await openDemoSite();
  ends.push(() => site.close());
  const page = await open(site.url);
  ends.push(() => page.close());
  await until(() => page.evaluate(() => document.querySelector("h1") !== null), "the page");
  await dropFile(page, "quarters.safetensors", segmentModel());
  const said = (text: string) =>
    page.evaluate((wanted) => document.body.textContent?.includes(wanted), text);
  await until(() => said("Quarters for tests is here, and stays in this browser."), "it is added");
  expect(await said("personal and research use only")).toBe(true);
  await page.evaluate(() => void setTimeout(() => location.reload()));
  // While the page is on its way, nothing can be asked of it.
  const isBack = () => page.evaluate(() => document.querySelector("dialog") === null);
  await until(() => isBack().catch(() => false), "the page is there again");
  await pressed(page, "Try the sample");
  await reach(page, title, "done");
  await chooseAddedModel(page);
});
