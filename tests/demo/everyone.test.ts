/** The page for everyone: readable, operable, quick, and honest where it cannot run. */

import { existsSync, readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, it } from "vitest";
import { press, reach, until } from "./actions.js";
import { violations } from "./axe.js";
import { type Demo, launchDemo } from "./demo_page.js";
import { builtFolder } from "./site.js";

let demo: Demo;
beforeAll(async () => {
  demo = await launchDemo();
});
afterAll(() => demo?.close());

const views = [
  { name: "wide-dark", colorScheme: "dark", viewport: { width: 1600, height: 1000 } },
  { name: "wide-light", colorScheme: "light", viewport: { width: 1600, height: 1000 } },
  { name: "phone-dark", colorScheme: "dark", viewport: { width: 390, height: 844 } },
  { name: "phone-light", colorScheme: "light", viewport: { width: 390, height: 844 } },
] as const;

it.each(views)("has no violation that axe finds and no overflow, $name", async (view) => {
  const { name, ...options } = view;
  const opened = await demo.open(options);
  const { page } = opened;
  try {
    expect(await violations(opened)).toEqual([]);
    await opened.shoot(`start-${name}`);
    await press(page, "Try the sample");
    await reach(page, "A bundled song", "done");
    await page.getByRole("heading", { name: "Over time" }).waitFor();
    await page.locator(".chords span").first().waitFor();
    expect(await violations(opened)).toEqual([]);
    await opened.shoot(`song-${name}`);
    const [inner, whole] = await page.evaluate(() => {
      const { clientWidth, scrollWidth } = document.documentElement;
      return [clientWidth, scrollWidth] as const;
    });
    expect(whole).toBeLessThanOrEqual(inner);
    for (const dialog of ["Storage", "Models", "Keyboard"]) {
      await press(page, dialog);
      await page.getByRole("dialog").getByRole("heading").first().waitFor();
      expect(await violations(opened)).toEqual([]);
      await page.keyboard.press("Escape");
    }
    expect(opened.complaints).toEqual([]);
  } finally {
    await opened.close();
  }
});

it("says in words what the waveforms show, and reaches every control by keyboard", async () => {
  const opened = await demo.open();
  const { page } = opened;
  await press(page, "Try the sample");
  await reach(page, "A bundled song", "done");
  const vocals = page.locator('[data-lane="vocals"] .waveform');
  expect(await vocals.getAttribute("aria-label")).toMatch(
    /^Waveform of Vocals: heard \d+ % of the time, loudest at 0:\d\d; 100 % of the song is computed$/,
  );
  await page.getByRole("button", { name: "Metronome" }).waitFor();
  const reached = new Set<string>();
  for (let step = 0; step < 50; step++) {
    await page.keyboard.press("Tab");
    const name = await page.evaluate(() => {
      const { activeElement } = document;
      return activeElement?.getAttribute("aria-label") ?? activeElement?.textContent?.trim() ?? "";
    });
    reached.add(name);
  }
  const wanted = ["Play", "Zoom in", "Spectrogram", "Hear only vocals", "Mute vocals", "Position"];
  wanted.push("Metronome", "Volume of the metronome", "Count-in", "×2: Double the tempo");
  expect([...reached]).toEqual(
    expect.arrayContaining([...wanted, "Volume of accompaniment", "Add songs", "Record"]),
  );
  await opened.close();
});

it("paints within a second, with less than 150 KB of script before the Wasm", async () => {
  const opened = await demo.open();
  const { page } = opened;
  const painted = await until(
    () =>
      page.evaluate(
        () => performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? 0,
      ),
    "it is painted",
  );
  expect(painted).toBeLessThan(1000);
  await press(page, "Try the sample");
  await reach(page, "A bundled song", "done");
  // In the order they were asked for: scripts until the first Wasm, whose loading starts the models.
  // (The service worker fetches everything for later meanwhile.)
  const urls = opened.requests
    .filter((request) => request.serviceWorker() === null)
    .map((request) => new URL(request.url()).pathname);
  const first = urls.findIndex((url) => url.endsWith(".wasm"));
  expect(first).toBeGreaterThan(0);
  const files = new Set(
    urls.slice(0, first).map((url) => `${builtFolder}/${url.replace("/some/where/", "")}`),
  );
  const scripts = [...files].filter((file) => file.endsWith(".js") && existsSync(file));
  expect(scripts.length).toBeGreaterThan(2);
  const bytes = scripts.reduce((sum, file) => sum + gzipSync(readFileSync(file)).length, 0);
  console.info(`first paint ${painted.toFixed(0)} ms; ${bytes} bytes of script before the Wasm`);
  expect(bytes).toBeLessThan(150_000);
  await opened.close();
});

it("gives browsers without Wasm SIMD a sentence", async () => {
  // As on a processor that is too old for it.
  const old = await launchDemo("--js-flags=--no-enable-sse4-1");
  try {
    const page = await old.browser.newPage();
    await page.goto(old.site.url);
    const sentence = page.getByText("divisi needs WebAssembly SIMD");
    await sentence.waitFor();
    expect(await page.locator("#app").isVisible()).toBe(false);
  } finally {
    await old.close();
  }
});

it("says what to do when a file is no music", async () => {
  const opened = await demo.open();
  const { page } = opened;
  await page.setInputFiles("input[type=file]", {
    name: "notes.mp3",
    mimeType: "audio/mpeg",
    buffer: Buffer.from("no music at all"),
  });
  // Said once, and seen where the song would be as well, which has nothing to play.
  const alert = page.getByRole("alert");
  await alert.getByText("notes.mp3: is not audio that divisi or this browser can").waitFor();
  await alert.getByText("Convert it to WAV, FLAC or MP3 and drop it again.").waitFor();
  const place = page.locator(".studio");
  await place.getByText("notes.mp3: is not audio that divisi or this browser can").waitFor();
  expect(await place.locator("[data-lane], .play").count()).toBe(0);
  await opened.shoot("error");
  await opened.close();
});
