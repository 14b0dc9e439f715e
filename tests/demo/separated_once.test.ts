/** However a listener jumps about and changes songs, every stretch is separated once. */

import { afterAll, beforeAll, expect, it } from "vitest";
import { countComputed, dropSong, press, reach, songState, until } from "./actions.js";
import { type Demo, type DemoPage, launchDemo } from "./demo_page.js";

let demo: Demo;
let opened: DemoPage;
beforeAll(async () => {
  demo = await launchDemo("--autoplay-policy=no-user-gesture-required");
  opened = await demo.open();
  await opened.page.evaluate(countComputed);
});
afterAll(() => demo?.close());

/** Of the bundled model. */
const chunkSeconds = 12;

const show = (song: string) => opened.page.locator(".song-select", { hasText: song }).click();
/** Seconds of two stereo stems at 44.1 kHz. */
const computed = () => opened.page.evaluate(() => globalThis.computedSamples / (44100 * 2 * 2));

it("computes on from where the player was when another song is shown", async () => {
  const { page } = opened;
  await dropSong(page, { name: "long.wav", times: 6 });
  await until(async () => (await computed()) > 10, "the first stems");
  // A seek gives up a run, within a chunk.
  const mix = await page.locator('[data-lane="mix"] .waveform').boundingBox();
  if (!mix) throw new Error("no mix");
  await page.mouse.click(mix.x + (2 / 3) * mix.width, mix.y + mix.height / 2);
  const before = await computed();
  await until(async () => (await computed()) > before + 10, "stems from there on");
  await dropSong(page, { name: "short.wav" });
  await show("short");
  expect((await songState(page, "long"))?.stage).not.toBe("done");
  await reach(page, "short", "done");
  await reach(page, "long", "done");
  const seconds = await computed();
  expect(seconds).toBeGreaterThanOrEqual(180 + 30);
  // What was given up: at the seek, and when the other song was shown.
  expect(seconds).toBeLessThan(180 + 30 + 2 * chunkSeconds);
  console.info(`  ${seconds.toFixed(1)} s computed of 210 s`);
});

it("computes nothing more to play it, wherever that is", async () => {
  const { page } = opened;
  const before = await computed();
  await show("long");
  await page.getByRole("button", { name: "Play", exact: true, disabled: false }).click();
  const level = () => page.evaluate(() => globalThis.playedLevel());
  for (const key of ["Home", "End", "ArrowLeft"]) {
    await page.keyboard.press(key);
    await until(async () => (await songState(page, "long"))?.stage === "done", key);
  }
  await press(page, "Hear only accompaniment");
  await page.keyboard.press("Home");
  await until(async () => (await level()) > 0.01, "the accompaniment");
  await page.keyboard.press("Space");
  expect(await computed()).toBe(before);
  expect(opened.complaints).toEqual([]);
});
