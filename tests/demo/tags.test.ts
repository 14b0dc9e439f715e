/** Tags as they are seen, searched and taught: the page in Chromium, with real audio. */

import { afterAll, beforeAll, expect, it } from "vitest";
import { press, reach, until } from "./actions.js";
import { type Demo, type DemoPage, launchDemo } from "./demo_page.js";
import { stretches } from "./recordings.js";

let demo: Demo;
let opened: DemoPage;

beforeAll(async () => {
  demo = await launchDemo("--autoplay-policy=no-user-gesture-required");
  opened = await demo.open();
  await press(opened.page, "Try the sample");
  await reach(opened.page, "A bundled song", "done");
});
afterAll(() => demo?.close());

const chipsOf = (kind: string) =>
  opened.page.locator(".tag-group", { hasText: kind }).locator(".tag-chip").allInnerTexts();

const choose = (name: string) => opened.page.locator(".song-select", { hasText: name }).click();

/** Titles in the order in which the library shows them. */
const found = () =>
  opened.page
    .locator(".library-row")
    .evaluateAll((rows) => rows.map((row) => (row as HTMLElement).dataset.title ?? ""));

async function search(tag: string): Promise<void> {
  await opened.page.getByLabel("Search by tag").fill(tag);
  await opened.page.keyboard.press("Enter");
}

it("shows tags by kind, with their scores", async () => {
  // The sample is a pop song with a woman's synthetic voice and a guitar (sample/README.md).
  const [voice] = await chipsOf("Voice");
  expect(voice).toMatch(/female voice\s+\d+ %/);
  expect((await chipsOf("Genre")).join()).toContain("pop");
  expect((await chipsOf("Instruments")).join()).toContain("guitar");
});

it("shows them over time: the heat map follows the playhead, and leads it", async () => {
  const { page } = opened;
  const now = page.locator(".taggram-now");
  const line = () =>
    page.locator(".taggram-line").evaluate((element) => element.getBoundingClientRect().x);
  const start = await line();
  await expect.poll(() => now.getAttribute("data-patch")).toBe("0");
  await page.locator(".play").and(page.locator(":enabled")).click();
  await until(async () => Number(await now.getAttribute("data-patch")) >= 1, "the second patch");
  await press(page, "Pause");
  expect(await line()).toBeGreaterThan(start + 20);
  expect(await now.textContent()).toMatch(/^At 0:0[2-9]: /);

  const heat = page.locator(".taggram-heat");
  const { width } = (await heat.boundingBox()) ?? { width: 0 };
  await heat.click({ position: { x: width / 2, y: 10 } });
  await expect.poll(() => now.textContent()).toMatch(/^At 0:1[4-6]: /);
  expect(await page.locator(".time-now").textContent()).toMatch(/^0:1[4-6]/);
});

it("draws what the table says in words", async () => {
  const table = opened.page.locator(".taggram table");
  const rows = await table.locator("tbody tr").allTextContents();
  expect(rows.length).toBeGreaterThan(3);
  expect(rows.join()).toMatch(/female voice\d+ %0:\d\d to 0:\d\d/);
  const colours = await opened.page.locator(".taggram-heat canvas").evaluate((element) => {
    const canvas = element as HTMLCanvasElement;
    const context = canvas.getContext("2d") as CanvasRenderingContext2D;
    const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
    const seen = new Set<number>();
    for (let i = 0; i < data.length; i += 4) seen.add((data[i] ?? 0) * 256 + (data[i + 2] ?? 0));
    return seen.size;
  });
  expect(colours).toBeGreaterThan(10);
});

it("finds songs by tag and by likeness, learns a tag, and keeps all of it", async () => {
  const { page } = opened;
  const [sung, played] = [
    await stretches("vocals", [3, 8, 15, 19]),
    await stretches("accompaniment", [0, 5, 10, 15]),
  ];
  const songs = [...sung, ...played];
  await page
    .locator('input[type="file"]')
    .first()
    .setInputFiles(songs.map(({ file }) => file));
  for (const { file } of songs) await reach(page, file.name.replace(".wav", ""), "done");
  await expect.poll(found).toHaveLength(9);

  // Voices alone before the band alone.
  await search("singing");
  expect((await found()).slice(0, 4).every((title) => !title.startsWith("acc"))).toBe(true);
  await press(page, "singing is wanted");
  expect((await found())[0]).toMatch(/^accompaniment/);
  await press(page, "Search without singing");

  await press(page, "More like this: vocals 8");
  const likeVocals = await found();
  expect(likeVocals).not.toContain("vocals 8");
  expect(likeVocals.slice(0, 3).every((title) => title.startsWith("vocals"))).toBe(true);
  await opened.shoot("library");
  await press(page, "Any song again");

  await search("no such tag");
  await page.getByRole("alert").getByText("There is no tag “no such tag”").waitFor();

  // Three each way; the fourth of each is left for the tag to judge.
  await page.getByLabel("Name of a new tag").fill("just a voice");
  await page.keyboard.press("Enter");
  for (const [index, { file }] of [...sung.slice(0, 3), ...played.slice(0, 3)].entries()) {
    const name = file.name.replace(".wav", "");
    await choose(name);
    await page.getByRole("heading", { level: 1, name }).waitFor();
    await press(page, `just a voice ${index < 3 ? "fits" : "does not fit"} ${name}`);
    await page.locator(".thumb[aria-pressed=true]").waitFor();
  }
  const verdict = page.locator('[data-tag="just a voice"] .number');
  await choose("vocals 19");
  await expect.poll(() => verdict.textContent()).toMatch(/^Fits this song, \d+ % sure/);
  await choose("accompaniment 15");
  await expect.poll(() => verdict.textContent()).toMatch(/^Does not fit this song, \d+ % sure/);
  await search("just a voice");
  expect((await found())[0]).toMatch(/^vocals/);

  await page.reload();
  // They are there before any song is opened, to be found.
  await expect.poll(found).toHaveLength(9);
  await search("just a voice");
  expect((await found())[0]).toMatch(/^vocals/);
  await press(page, "Search without just a voice");
  const [again] = await stretches("accompaniment", [15]);
  if (again) await page.locator('input[type="file"]').first().setInputFiles([again.file]);
  await reach(page, "accompaniment 15", "done");
  await expect.poll(found).toHaveLength(9);
  await expect.poll(() => verdict.textContent()).toMatch(/^Does not fit this song/);
  expect(await page.locator(".library-row", { hasText: "vocals 3" }).textContent()).toContain(
    "add it again to hear it",
  );
});

it("forgets everything when asked to", async () => {
  const { page } = opened;
  await press(page, "Storage");
  await page.getByText("Tags of your songs").waitFor();
  await press(page, "Delete models, tags and settings");
  await page.getByText("Tags of your songs").waitFor({ state: "detached" });
  await page.keyboard.press("Escape");
  expect(await found()).toEqual([]);
  await page.reload();
  const names = await page.evaluate(async () =>
    (await indexedDB.databases()).map(({ name }) => name),
  );
  expect(names).toEqual([]);
});

it("shows the models' cards as the repository has them", async () => {
  const { page } = opened;
  await press(page, "Models");
  const dialog = page.getByRole("dialog");
  for (const title of ["Spleeter 2 stems", "musicnn MTT", "musicnn MSD"]) {
    await dialog.locator("summary", { hasText: title }).waitFor();
  }
  const text = await dialog.evaluate((element) => element.textContent ?? "");
  expect(text).toContain("No public source says whether the performers, authors and labels");
  expect(text).toContain("6.55 dB");
  expect(text).toContain("spleeter-2stems-int8, 20 MB");
});

it("had nothing to complain of", () => {
  expect(opened.complaints).toEqual([]);
});
