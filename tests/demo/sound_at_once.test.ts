/** A song is heard before any model is there, and without one: the page in Chromium, with real audio. */

import { afterEach, beforeEach, expect, it } from "vitest";
import { dropSong, reach, songState, until } from "./actions.js";
import { type Demo, type DemoPage, launchDemo } from "./demo_page.js";

let demo: Demo;
let opened: DemoPage;

beforeEach(async () => {
  demo = await launchDemo("--autoplay-policy=no-user-gesture-required");
  opened = await demo.open();
});
afterEach(() => demo?.close());

const level = () => opened.page.evaluate(() => globalThis.playedLevel());
const isModel = /\.safetensors$/;

async function playAndHear(): Promise<void> {
  const play = opened.page.getByRole("button", { name: "Play", exact: true });
  await play.and(opened.page.locator(":enabled")).click({ timeout: 10_000 });
  await until(async () => (await level()) > 0.01, "the song is heard", 10);
}

it("plays the mix while the models are on their way, the separator's first", async () => {
  const { page } = opened;
  const asked: string[] = [];
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  await page.route(isModel, async (route) => {
    asked.push(new URL(route.request().url()).pathname.split("/").at(-1) ?? "");
    await held;
    await route.continue();
  });
  await dropSong(page, { name: "held.wav" });
  await playAndHear();
  expect((await songState(page, "held"))?.stage).toBe("loading");
  await until(async () => asked.length > 0, "a model is asked for");
  expect(asked.every((name) => name.startsWith("spleeter"))).toBe(true);
  release();
  await reach(page, "held", "done");
  expect(asked.some((name) => name.startsWith("musicnn"))).toBe(true);
});

it("plays a song whose model cannot be had, and says so", async () => {
  const { page } = opened;
  await page.route(/spleeter.*\.safetensors$/, (route) =>
    route.fulfill({ status: 404, contentType: "text/html", body: "<!doctype html>" }),
  );
  await dropSong(page, { name: "alone.wav" });
  await playAndHear();
  await reach(page, "alone", "failed");
  expect((await songState(page, "alone"))?.text).toMatch(/model/i);
  expect(await level()).toBeGreaterThan(0.01);
});

it("separates a song whose tags cannot be had, and says so", async () => {
  const { page } = opened;
  await page.route(/musicnn.*\.safetensors$/, (route) => route.fulfill({ status: 404, body: "" }));
  await dropSong(page, { name: "untagged.wav" });
  await reach(page, "untagged", "failed");
  expect((await songState(page, "untagged"))?.text).toMatch(/model/i);
  await until(async () => {
    const drawn = await page.locator('[data-lane="vocals"] .waveform').getAttribute("aria-label");
    return drawn && !/not computed/i.test(drawn);
  }, "the stems are there");
});
