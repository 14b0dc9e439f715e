/** The page with a model of four stems, two of them with names that nobody has foreseen. */

import { execFileSync } from "node:child_process";
import { join } from "node:path";
import type { Download } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { readAll, snr, temporaryFolder, wav } from "../node/cli/support.js";
import { type Band, bandNames, fourTones, tone } from "../suite/band_model.js";
import { countComputed, reach, until } from "./actions.js";
import { type Demo, type DemoPage, launchDemo } from "./demo_page.js";
import { withFourStems } from "./site.js";

const folder = temporaryFolder();
const rate = 44100;
const frameCount = 30 * rate;
const titles = ["Bass", "Drums", "Whale song", "2nd violins"];

let demo: Demo;
let opened: DemoPage;

beforeAll(async () => {
  demo = await launchDemo("--autoplay-policy=no-user-gesture-required");
  opened = await demo.open({ acceptDownloads: true }, withFourStems);
  const { page } = opened;
  await page.evaluate(countComputed);
  const mix = fourTones(frameCount);
  const buffer = wav([mix, mix], { bits: 24 });
  const file = { name: "four tones.wav", mimeType: "audio/wav", buffer };
  await page.locator('input[type="file"]').first().setInputFiles(file);
  await reach(page, "four tones", "done");
  await page.getByRole("button", { name: "Play", exact: true, disabled: false }).waitFor();
});
afterAll(() => demo?.close());

const level = () => opened.page.evaluate(() => globalThis.playedLevel());

/** Tones of 0.2 have an RMS of 0.141 each, and add up by power. */
async function hears(tones: number): Promise<void> {
  const wanted = Math.sqrt(tones) * (0.2 / Math.SQRT2);
  await until(async () => Math.abs((await level()) - wanted) < 0.01, `${tones} tones`, 10);
}

async function save(button: string): Promise<string> {
  const waiting = opened.page.waitForEvent("download");
  await opened.page.getByRole("button", { name: button, exact: true }).click();
  const download: Download = await waiting;
  const path = join(folder, download.suggestedFilename());
  await download.saveAs(path);
  return path;
}

/** Chromium's decoder and 24 bits leave far less noise; the tones' beginning has all frequencies. */
async function expectTones(path: string, names: readonly Band[]): Promise<void> {
  const { channels } = await readAll(path);
  expect(channels).toHaveLength(2);
  const want = new Float32Array(frameCount);
  for (const name of names) {
    for (const [i, value] of tone(name, frameCount).entries()) want[i] = (want[i] ?? 0) + value;
  }
  const inside = (samples: Float32Array | undefined) => samples?.subarray(rate, -rate);
  const got = inside(channels[0]) ?? new Float32Array();
  expect(snr(inside(want) ?? new Float32Array(), got)).toBeGreaterThan(50);
}

it("has a lane for each, in a colour of its own, that says what it shows", async () => {
  const { page } = opened;
  const lanes = page.locator("[data-lane]");
  expect(await lanes.locator(".lane-title").allTextContents()).toEqual(["Mix", ...titles]);
  const colours = await lanes.evaluateAll((all) =>
    all.map(
      (lane) => getComputedStyle(lane.querySelector(".lane-head") as Element).borderLeftColor,
    ),
  );
  expect(new Set(colours).size).toBe(5);
  for (const [index, name] of bandNames.entries()) {
    const label = await page.locator(`[data-lane="${name}"] .waveform`).getAttribute("aria-label");
    expect(label).toMatch(`Waveform of ${titles[index]}: heard 100 % of the time`);
    expect(label).toMatch("100 % of the song is computed");
  }
  await opened.shoot("four-stems");
});

it("plays them by solo, mute and the keys 1 to 4", async () => {
  const { page } = opened;
  await page.keyboard.press("Space");
  await hears(4);
  for (const index of [0, 1, 2, 3]) {
    await page.keyboard.press(`Digit${index + 1}`);
    const solo = page.getByRole("button", { name: `Hear only ${titles[index]?.toLowerCase()}` });
    expect(await solo.getAttribute("aria-pressed")).toBe("true");
    await hears(1);
    await page.keyboard.press(`Digit${index + 1}`);
  }
  await page.keyboard.press("Shift+Digit3");
  await hears(3);
  await page.getByRole("button", { name: "Mute 2nd violins" }).click();
  await hears(2);
  expect(await page.locator(".lane.unheard .lane-title").allTextContents()).toEqual(
    titles.slice(2),
  );
  await page.keyboard.press("Shift+Digit3");
  await page.keyboard.press("Shift+Digit4");
  await hears(4);
  await page.keyboard.press("Space");
});

it("gives all of them in an archive", async () => {
  const unpacked = join(folder, "unpacked");
  const path = await save("Save all stems as an archive");
  execFileSync("python3", ["-m", "zipfile", "-e", path, unpacked]);
  for (const [index, name] of bandNames.entries()) {
    const file = `four tones (${titles[index]?.toLowerCase()}).wav`;
    await expectTones(join(unpacked, file), [name]);
  }
  await expectTones(await save("Save whale song"), ["whale song"]);
});

it("gives what is left without any of them", async () => {
  const { page } = opened;
  const choose = (title: string) => page.getByRole("button", { name: `Choose ${title}` }).click();
  // At first it is the model's first stem.
  await expectTones(await save("Save the song without bass"), [
    "drums",
    "whale song",
    "2nd violins",
  ]);
  await choose("whale song");
  const path = await save("Save the song without bass and whale song");
  expect(path).toContain("four tones (without bass and whale song).wav");
  await expectTones(path, ["drums", "2nd violins"]);
  await choose("bass");
  await choose("drums");
  await choose("2nd violins");
  await expectTones(await save("Save the song without drums, whale song, and 2nd violins"), [
    "bass",
  ]);
  await choose("bass");
  const none = page.getByRole("button", { name: /^Choose at least one stem/ });
  expect(await none.isDisabled()).toBe(true);
});

it("has computed each stem once, for player, waveforms and files", async () => {
  const { page } = opened;
  // Somewhere else, and again: everything is there.
  await page.keyboard.press("End");
  await page.keyboard.press("Home");
  const samples = await page.evaluate(() => globalThis.computedSamples);
  expect(samples).toBe(frameCount * 2 * bandNames.length);
});

it("had nothing to complain of", () => {
  expect(opened.complaints).toEqual([]);
});
