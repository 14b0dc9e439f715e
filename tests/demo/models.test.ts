/** Models are chosen for each song, and model files can be added, which the browser keeps. */

import type { Locator } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { hopSeconds, segmentModel, segmentParts } from "../suite/segment_model.js";
import { tinyModel } from "../suite/tiny_model.js";
import {
  dropFile,
  dropSong,
  position,
  press,
  reach,
  songState,
  until,
  watchFirstStems,
} from "./actions.js";
import { violations } from "./axe.js";
import { type Demo, type DemoPage, launchDemo } from "./demo_page.js";

const title = "Quarters for tests";
const stemTitles = ["Drums", "Bass", "Other instruments", "Vocals"];

let demo: Demo;
let opened: DemoPage;
beforeAll(async () => {
  demo = await launchDemo("--autoplay-policy=no-user-gesture-required");
  opened = await demo.open();
});
afterAll(() => demo?.close());

const dialog = () => opened.page.getByRole("dialog");
const file = (name: string, bytes: Uint8Array) => ({
  name,
  mimeType: "application/octet-stream",
  buffer: Buffer.from(bytes),
});

const quarters = () => file("quarters.safetensors", segmentModel());

const isFocused = (element: Locator) =>
  element.evaluate((one) => one === one.ownerDocument.activeElement);

async function addModel(name: string, bytes: Uint8Array): Promise<void> {
  await dialog().locator('input[type="file"]').setInputFiles(file(name, bytes));
}

const openModels = () => opened.page.getByRole("button", { name: "Models" }).click();
const close = () => opened.page.getByRole("button", { name: "Close" }).click();
const lanes = () => opened.page.locator("[data-lane] .lane-title").allTextContents();
const chooseButton = () => opened.page.getByRole("button", { name: /^Model: / });

it("refuses what is no separation model, by the file's name and with the reason", async () => {
  await openModels();
  await addModel("notes.safetensors", new TextEncoder().encode("no model at all"));
  const alert = dialog().getByRole("alert");
  await alert
    .getByText("notes.safetensors was not added. It cannot be used: is no model file")
    .waitFor();
  const tagging = tinyModel({ edit: ({ task }) => Object.assign(task, { task: "tagging" }) });
  await addModel("tagger.safetensors", tagging);
  await alert.getByText("tagger.safetensors was not added. It is a model for tagging").waitFor();
  const broken = segmentModel({
    edit: ({ graph }) => Object.assign(graph.nodes[0], { op: "guess" }),
  });
  await addModel("broken.safetensors", broken);
  await alert
    .getByText(/^broken\.safetensors was not added\. It cannot be used: .*guess/)
    .waitFor();
  expect(await dialog().locator("[data-model]").count()).toBe(0);
  await opened.shoot("model-refused");
});

it("adds a file that is dropped, and shows its card with the terms", async () => {
  const { page } = opened;
  // The dialog is opened again in the moment in which it is closed.
  await page.evaluate(() => {
    const end = () => document.querySelector<HTMLElement>('[aria-label="Close"]')?.click();
    addEventListener("dragenter", end, { once: true, capture: true });
  });
  await dropFile(page, "quarters.safetensors", segmentModel());
  await dialog().getByText(`${title} is here, and stays in this browser.`).waitFor();
  const card = dialog().locator("[data-model]");
  await card.getByText("personal and research use only").first().waitFor();
  await card.getByText("the tests: do not publish this file.").waitFor();
  await card.getByText("It separates nothing.").waitFor();
  expect(await violations(opened)).toEqual([]);
  await opened.shoot("model-added");
  await close();
});

it("separates a song with another model when that is chosen, its terms and cost in view", async () => {
  const { page } = opened;
  await dropSong(page, { name: "a song.wav" });
  await reach(page, "a song", "done");
  expect(await lanes()).toEqual(["Mix", "Vocals", "Accompaniment"]);
  await page
    .getByText(/^about \d+ seconds? and 0\.\d GB on this device \(measured here\)$/)
    .waitFor();
  await press(page, "Hear only accompaniment");
  await chooseButton().click();
  const option = dialog().getByRole("radio", { name: title });
  await option.waitFor();
  expect(await dialog().getByRole("button", { name: "In use for this song" }).isDisabled()).toBe(
    true,
  );
  await option.check();
  await dialog()
    .getByText(/do not publish this file/)
    .first()
    .waitFor();
  // Measured when the file was added.
  const row = dialog().locator(".choice-option", { hasText: title });
  expect(await row.textContent()).toMatch(
    /about \d+ seconds? and 0\.\d GB on this device \(measured here\)/,
  );
  expect(await violations(opened)).toEqual([]);
  await opened.shoot("model-choice");
  await page.evaluate(watchFirstStems);
  await dialog()
    .getByRole("button", { name: `Separate with ${title}` })
    .click();
  await reach(page, "a song", "done");
  expect(await lanes()).toEqual(["Mix", ...stemTitles]);
  // What was heard alone is no stem of this model.
  expect(await page.locator(".lane.unheard").count()).toBe(0);
});

it("has drawn the first stems after one segment of the song", async () => {
  const percent = await opened.page.evaluate(() => globalThis.firstShown);
  // One of 20 segments; a second may be there before the page is drawn.
  expect(percent).toBeGreaterThanOrEqual(Math.floor((100 * hopSeconds) / 30));
  expect(percent).toBeLessThanOrEqual(Math.ceil((200 * hopSeconds) / 30));
});

it("plays the parts that the model makes, by its names", async () => {
  const { page } = opened;
  const level = () => page.evaluate(() => globalThis.playedLevel());
  const settled = async (name: string) => {
    await press(page, `Hear only ${name}`);
    await page.keyboard.press("Home");
    await until(async () => (await level()) > 0.001, "it is heard");
    await page.waitForTimeout(2500);
    const heard = await level();
    await press(page, `Hear only ${name}`);
    return heard;
  };
  await page.getByRole("button", { name: "Play", exact: true, disabled: false }).click();
  const [drums, vocals] = [await settled("drums"), await settled("vocals")];
  await page.keyboard.press("Space");
  // The same second of the song both times, give or take the time that a click takes.
  expect(drums / vocals).toBeGreaterThan(0.6 * (segmentParts.drums / segmentParts.vocals));
  expect(drums / vocals).toBeLessThan(1.6 * (segmentParts.drums / segmentParts.vocals));
});

it("leaves other songs to their model", async () => {
  const { page } = opened;
  await dropSong(page, { name: "another.wav" });
  await page.locator(".song-select", { hasText: "another" }).click();
  await reach(page, "another", "done");
  expect(await lanes()).toEqual(["Mix", "Vocals", "Accompaniment"]);
  await page.locator(".song-select", { hasText: "a song" }).click();
  await page.locator('[data-lane="drums"]').waitFor();
  expect((await songState(page, "a song"))?.stage).toBe("done");
  expect(await page.getByRole("button", { name: /^Save (drums|bass|vocals)$/ }).count()).toBe(3);
});

it("takes a song up where it was left, and goes on to play", async () => {
  const { page } = opened;
  const choose = (name: string) => page.locator(".song-select", { hasText: name }).click();
  const canPlay = () =>
    page.getByRole("button", { name: "Play", exact: true, disabled: false }).waitFor();
  await canPlay();
  await page.keyboard.press("Home");
  for (let times = 0; times < 2; times++) await page.keyboard.press("ArrowRight");
  await until(async () => (await position(page)) > 5, "the song is moved");
  const left = await position(page);
  await choose("another");
  await canPlay();
  expect(await position(page)).toBe(0);
  await choose("a song");
  await until(async () => (await position(page)) === left, "it is where it was");
  await canPlay();
  await press(page, "Play");
  await choose("another");
  await page.getByRole("button", { name: "Pause", exact: true }).waitFor();
  await until(async () => (await position(page)) > 0.2, "the other one is played");
  await press(page, "Pause");
  await choose("a song");
  await canPlay();
});

/** The model of the catalogue that the demo doesn't begin with. */
const larger = /Spleeter 2 stems(?!, 8 bits)/;

it("says no where the device is too small", async () => {
  const { page } = opened;
  // The least that browsers tell.
  await page.evaluate(() => Object.defineProperty(navigator, "deviceMemory", { value: 0.25 }));
  await chooseButton().click();
  const row = dialog().locator(".choice-option", { hasText: larger });
  await row
    .getByText("Too large for this device: it takes about 0.2 GB, more than half of the 0.3 GB")
    .waitFor();
  expect(await row.getByRole("radio").isDisabled()).toBe(true);
  expect(await dialog().getByRole("radio", { name: "8 bits" }).isDisabled()).toBe(false);
  await opened.shoot("model-too-large");
  await close();
});

it("fits a phone, and is chosen by keyboard alone", async () => {
  const phone = await demo.open({ colorScheme: "light", viewport: { width: 390, height: 844 } });
  const { page } = phone;
  const opening = page.getByRole("button", { name: /^Model: / });
  await press(page, "Try the sample");
  await opening.focus();
  await page.keyboard.press("Enter");
  await page.getByRole("dialog").locator('input[type="file"]').setInputFiles(quarters());
  // What is added there is looked at.
  const added = page.getByRole("radio", { name: title, checked: true });
  await added.waitFor();
  expect(await violations(phone)).toEqual([]);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  await phone.shoot("model-choice-phone-light");
  await added.focus();
  for (const name of [/8 bits/, larger]) {
    await page.keyboard.press("ArrowUp");
    await page.getByRole("radio", { name, checked: true }).waitFor();
  }
  const start = page.getByRole("button", { name: "Separate with Spleeter 2 stems", exact: true });
  for (let step = 0; step < 8 && !(await isFocused(start)); step++)
    await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await reach(page, "A bundled song", "done");
  expect(await page.locator("[data-lane]").count()).toBe(3);
  // The focus is where it was.
  expect(await isFocused(opening)).toBe(true);
  await phone.shoot("model-chosen-phone-light");
  expect(phone.complaints).toEqual([]);
  await phone.close();
});

it("has it again after a reload, also without a network", async () => {
  const { page, context } = opened;
  // The whole engine is kept with the rest of the app.
  await page.getByText("works offline").waitFor({ state: "attached" });
  await demo.site.close();
  await context.setOffline(true);
  await page.reload();
  await press(page, "Try the sample");
  await reach(page, "A bundled song", "done");
  await chooseButton().click();
  await dialog().getByRole("radio", { name: title }).check();
  await dialog()
    .getByRole("button", { name: `Separate with ${title}` })
    .click();
  await page.locator('[data-lane="drums"]').waitFor();
  await reach(page, "A bundled song", "done");
  expect(await lanes()).toEqual(["Mix", ...stemTitles]);
});

it("counts it as stored, deletes it, and says what a song can do without it", async () => {
  const { page } = opened;
  await press(page, "Storage");
  await dialog().getByText("Model file that you added").waitFor();
  await press(page, `Delete ${title}`);
  await dialog().getByText("Model file that you added").waitFor({ state: "detached" });
  await close();
  await page.getByRole("button", { name: "Model: A deleted model. Choose another" }).waitFor();
  // What was separated stays.
  expect(await lanes()).toEqual(["Mix", ...stemTitles]);
  await page.reload();
  await openModels();
  await dialog().getByText("Spleeter 2 stems").first().waitFor();
  expect(await dialog().locator("[data-model]").count()).toBe(0);
});

it("had nothing to complain of", () => {
  expect(opened.complaints).toEqual([]);
});
