/** Notes of a song: seen, corrected, heard, taken away. The page in Chromium, with a real model and audio. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseMidi } from "midi-file";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { temporaryFolder } from "../node/cli/support.js";
import { dropSong, position, press, reach, until } from "./actions.js";
import { violations } from "./axe.js";
import { type Demo, type DemoPage, launchDemo } from "./demo_page.js";
import { recordPlayed, takeOnsets } from "./recorder.js";
import { type PlayedNote, playedTune } from "./recordings.js";

const folder = temporaryFolder();
const tune = playedTune("tune.wav");
let demo: Demo;
let opened: DemoPage;

beforeAll(async () => {
  demo = await launchDemo("--autoplay-policy=no-user-gesture-required");
  opened = await demo.open({ acceptDownloads: true });
  await opened.page.addInitScript(recordPlayed);
  await opened.page.reload();
  await openTune();
});
afterAll(() => demo?.close());

const seconds = (count: number) => new Promise((resolve) => setTimeout(resolve, count * 1000));
const lane = (source = "mix", { page } = opened) => page.locator(`[data-notes="${source}"]`);
const roll = () => lane().getByRole("listbox");
const said = () => lane().locator(".note-tools p").textContent();

async function openTune(): Promise<void> {
  const { page } = opened;
  await page.setInputFiles("input[type=file]", tune.file);
  await reach(page, "tune", "done");
  await page.getByRole("button", { name: "Notes of mix", exact: true }).click();
  await lane()
    .getByText(/^\d+ notes$/)
    .waitFor();
}

const pitches = ["C", "C♯", "D", "D♯", "E", "F", "F♯", "G", "G♯", "A", "A♯", "B"];

/** "A4, 12.30 to 12.80 s" as numbers. */
function parsed(text: string): PlayedNote {
  const match = /^([A-G]♯?)(\d), ([\d.]+) to ([\d.]+) s$/.exec(text);
  if (!match) throw new Error(`no note: ${text}`);
  const [, name = "", octave, start, end] = match;
  return {
    pitch: pitches.indexOf(name) + 12 * (Number(octave) + 1),
    startSeconds: Number(start),
    endSeconds: Number(end),
  };
}

const listed = async () => (await roll().getByRole("option").allTextContents()).map(parsed);

async function saveMidi(): Promise<PlayedNote[]> {
  const waiting = opened.page.waitForEvent("download");
  await press(opened.page, "Save the notes of mix as MIDI");
  const download = await waiting;
  expect(download.suggestedFilename()).toBe("tune (Mix, notes).mid");
  const path = join(folder, "tune.mid");
  await download.saveAs(path);
  const { header, tracks } = parseMidi(readFileSync(path));
  let [time, secondsPerTick] = [0, 0];
  const sounding = new Map<number, number>();
  const notes: PlayedNote[] = [];
  for (const event of tracks[0] ?? []) {
    time += event.deltaTime * secondsPerTick;
    if (event.type === "setTempo") {
      secondsPerTick = event.microsecondsPerBeat / 1e6 / (header.ticksPerBeat ?? 1);
    }
    if (event.type === "noteOn") sounding.set(event.noteNumber, time);
    if (event.type === "noteOff") {
      const startSeconds = sounding.get(event.noteNumber) ?? Number.NaN;
      notes.push({ pitch: event.noteNumber, startSeconds, endSeconds: time });
    }
  }
  return notes.sort((a, b) => a.startSeconds - b.startSeconds || a.pitch - b.pitch);
}

/** What is saved is what is listed, to the hundredths that the list says. */
async function expectSaved(): Promise<void> {
  const [saved, shown] = [await saveMidi(), await listed()];
  expect(saved.map(({ pitch }) => pitch)).toEqual(shown.map(({ pitch }) => pitch));
  for (const [index, { startSeconds, endSeconds }] of shown.entries()) {
    expect(Math.abs((saved[index]?.startSeconds ?? 0) - startSeconds)).toBeLessThan(0.006);
    expect(Math.abs((saved[index]?.endSeconds ?? 0) - endSeconds)).toBeLessThan(0.006);
  }
}

/** The place of a note's middle in the roll, by its list alone. */
async function placeOf({ startSeconds, endSeconds, pitch }: PlayedNote) {
  const box = await roll().boundingBox();
  if (!box) throw new Error("no roll");
  const all = (await listed()).map((note) => note.pitch);
  // Two octaves at least, two semitones above and below what there is.
  const [low, high] = [Math.min(...all) - 2, Math.max(...all) + 2];
  const missing = Math.max(0, 24 - (high - low));
  const top = high + Math.floor(missing / 2);
  const rows = top - (low - Math.ceil(missing / 2)) + 1;
  return {
    x: box.x + (box.width * (startSeconds + endSeconds)) / 2 / tune.seconds,
    y: box.y + (box.height * (top - pitch + 0.5)) / rows,
    row: box.height / rows,
    secondWidth: box.width / tune.seconds,
  };
}

describe("the synthesiser", () => {
  const choose = (name: string) =>
    lane()
      .getByRole("group", { name: "What is heard of mix" })
      .getByRole("button", { name })
      .click();

  /** Where a note of the song is heard, one of the synthesiser is. */
  const expectInPhase = async (least: number) => {
    await seconds(0.5);
    const { song, beside } = await takeOnsets(opened.page);
    const nearest = (time: number) =>
      Math.min(...beside.map((other) => Math.abs(other - time)), Number.POSITIVE_INFINITY);
    const deviations = song.map(nearest).sort((a, b) => a - b);
    const inPhase = deviations.filter((deviation) => deviation < 0.03);
    const median = deviations[deviations.length >> 1] ?? Number.NaN;
    console.info(
      `${inPhase.length} of ${song.length} notes in phase, half of them to ${(1000 * median).toFixed(0)} ms`,
    );
    expect(song.length).toBeGreaterThanOrEqual(least);
    // One may be cut in two where the song jumps, and one where it stops.
    expect(inPhase.length).toBeGreaterThanOrEqual(song.length - 2);
    // Where a note begins is heard to about a hundredth of a second.
    expect(median).toBeLessThan(0.02);
  };

  it("plays notes in phase with the song, from the start and after a seek", async () => {
    const { page } = opened;
    await choose("Both");
    await press(page, "To the start");
    await takeOnsets(page);
    await press(page, "Play");
    await seconds(3);
    await page.keyboard.press("ArrowRight");
    await seconds(2);
    await press(page, "Pause");
    await expectInPhase(7);
  });

  it("plays notes in phase in a loop", async () => {
    const { page } = opened;
    const mix = await page.locator('[data-lane="mix"] .waveform').boundingBox();
    if (!mix) throw new Error("no mix");
    const x = (time: number) => mix.x + (mix.width * time) / tune.seconds;
    await page.keyboard.down("Shift");
    await page.mouse.move(x(1.2), mix.y + 20);
    await page.mouse.down();
    await page.mouse.move(x(3.7), mix.y + 20, { steps: 4 });
    await page.mouse.up();
    await page.keyboard.up("Shift");
    await press(page, "Play");
    // Twice around.
    await seconds(6);
    await press(page, "Pause");
    await expectInPhase(8);
    await page.keyboard.press("l");
  });

  it("is heard in the song's place, or not at all", async () => {
    const { page } = opened;
    const heard = async (choice: string) => {
      await choose(choice);
      await press(page, "To the start");
      await takeOnsets(page);
      await press(page, "Play");
      await seconds(2);
      await press(page, "Pause");
      await seconds(0.5);
      const { song, beside } = await takeOnsets(page);
      return { song: song.length, beside: beside.length };
    };
    const original = await heard("Original");
    expect(original.song).toBeGreaterThan(2);
    expect(original.beside).toBe(0);
    const notes = await heard("Notes");
    expect(notes.song).toBe(0);
    expect(notes.beside).toBeGreaterThan(2);
    expect(await page.locator('[data-lane="mix"].unheard').count()).toBe(1);
    await page.getByRole("slider", { name: "Volume of the notes of mix" }).fill("0");
    expect(await heard("Notes")).toEqual({ song: 0, beside: 0 });
    // Hidden, they are not heard any more.
    await page.getByRole("button", { name: "Notes of mix", exact: true }).click();
    await page.locator('[data-lane="mix"].unheard').waitFor({ state: "detached" });
    await page.getByRole("button", { name: "Notes of mix", exact: true }).click();
    await choose("Original");
    await press(page, "To the start");
    expect(opened.complaints).toEqual([]);
  });
});

describe("a tune", () => {
  it("is written down: its notes, where they are", async () => {
    const found = await listed();
    for (const { pitch, startSeconds } of tune.notes) {
      const near = found.filter(
        (note) => note.pitch === pitch && Math.abs(note.startSeconds - startSeconds) < 0.05,
      );
      expect(near, `${pitch} at ${startSeconds}`).toHaveLength(1);
    }
    expect(found.length).toBeLessThanOrEqual(tune.notes.length + 3);
    await expectSaved();
    await opened.shoot("notes-tune");
  });

  it("has fewer notes or more, as one likes", async () => {
    const before = (await listed()).length;
    const slider = opened.page.getByRole("slider", { name: "How many notes of mix" });
    const count = async (value: string) => {
      await slider.fill(value);
      await until(
        async () => /^\d+ notes$/.test((await lane().locator(".notes-title").textContent()) ?? ""),
        "it has been listened to",
      );
      return (await listed()).length;
    };
    expect(await count("1")).toBeGreaterThan(before);
    expect(await count("0.5")).toBe(before);
  });

  it("is corrected: notes are moved by keys, deleted, added; and all of it undone", async () => {
    const { page } = opened;
    const before = await listed();
    await page.getByRole("button", { name: "Undo" }).and(page.locator(":disabled")).waitFor();
    const note = before[4] as PlayedNote;
    const { x, y } = await placeOf(note);
    const mix = await page.locator('[data-lane="mix"] .waveform').boundingBox();
    await page.mouse.click((mix?.x ?? 0) + (mix?.width ?? 0) / 2, (mix?.y ?? 0) + 20);
    const playhead = await position(page);
    expect(playhead).toBeGreaterThan(1);
    await page.mouse.click(x, y);
    expect(parsed((await said()) ?? "")).toEqual(note);
    // Beside a note a click goes to a place, on it it does not.
    expect(await position(page)).toBe(playhead);
    await page.mouse.click(x, y - 40);
    expect(
      Math.abs((await position(page)) - (note.startSeconds + note.endSeconds) / 2),
    ).toBeLessThan(0.2);
    await page.mouse.click(x, y);
    await page.keyboard.press("ArrowRight");
    expect(parsed((await said()) ?? "")).toEqual(before[5]);
    await page.keyboard.press("ArrowLeft");

    await page.keyboard.press("Alt+ArrowUp");
    await page.keyboard.press("Alt+ArrowRight");
    await page.keyboard.press("Shift+ArrowRight");
    const moved = parsed((await said()) ?? "");
    expect(moved.pitch).toBe(note.pitch + 1);
    expect(moved.startSeconds).toBeCloseTo(note.startSeconds + 0.05, 5);
    expect(moved.endSeconds).toBeCloseTo(note.endSeconds + 0.1, 5);
    expect(await listed()).toContainEqual(moved);
    expect(await listed()).not.toContainEqual(note);

    await page.keyboard.press("ArrowRight");
    const deleted = parsed((await said()) ?? "");
    await page.keyboard.press("Delete");
    expect(await listed()).not.toContainEqual(deleted);
    expect((await listed()).length).toBe(before.length - 1);

    // Between two notes, two octaves above the first of them.
    const [first, second] = before as [PlayedNote, PlayedNote];
    const gap = (first.endSeconds + second.startSeconds) / 2;
    const missing = { pitch: 79, startSeconds: gap, endSeconds: gap };
    const place = await placeOf(missing);
    await page.mouse.dblclick(place.x, place.y);
    const added = parsed((await said()) ?? "");
    expect(added.pitch).toBe(79);
    expect(Math.abs(added.startSeconds - gap)).toBeLessThan(0.03);
    await expectSaved();

    for (let step = 0; step < 5; step++) await page.keyboard.press("Control+z");
    expect(await listed()).toEqual(before);
    for (let step = 0; step < 5; step++) await page.keyboard.press("Control+y");
    expect(await listed()).toContainEqual(added);
    expect(await listed()).not.toContainEqual(deleted);
  });

  it("is corrected by the mouse and by buttons", async () => {
    const { page } = opened;
    const before = await listed();
    const note = before[8] as PlayedNote;
    const { x, y, row, secondWidth } = await placeOf(note);
    await page.mouse.move(x, y);
    await page.mouse.down();
    await page.mouse.move(x + secondWidth / 5, y - 2 * row, { steps: 5 });
    await page.mouse.up();
    const moved = parsed((await said()) ?? "");
    expect(moved.pitch).toBe(note.pitch + 2);
    expect(Math.abs(moved.startSeconds - note.startSeconds - 0.2)).toBeLessThan(0.03);
    const length = (of: PlayedNote) => of.endSeconds - of.startSeconds;
    expect(length(moved)).toBeCloseTo(length(note), 1);

    // By its end.
    const end = await placeOf({ ...moved, startSeconds: moved.endSeconds });
    await page.mouse.move(end.x - 3, end.y);
    await page.mouse.down();
    await page.mouse.move(end.x - 3 + secondWidth / 5, end.y, { steps: 5 });
    await page.mouse.up();
    const longer = parsed((await said()) ?? "");
    expect(longer.startSeconds).toBe(moved.startSeconds);
    expect(Math.abs(length(longer) - length(moved) - 0.2)).toBeLessThan(0.03);
    await press(page, "A semitone lower");
    expect(parsed((await said()) ?? "").pitch).toBe(note.pitch + 1);
    await press(page, "Delete the note");
    expect((await listed()).length).toBe(before.length - 1);
    await page.keyboard.press("Escape");
    await roll().focus();
    await page.keyboard.press("Home");
    await page.keyboard.press("Enter");
    expect(await listed()).toHaveLength(before.length);
    await expectSaved();
  });

  it("is corrected on the next visit, too", async () => {
    const { page } = opened;
    const before = await listed();
    await page.reload();
    await openTune();
    expect(await listed()).toEqual(before);
    await roll().focus();
    await page.keyboard.press("Control+z");
    expect(await listed()).toEqual(before);
  });
});

it("are looked for until that is cancelled, and again", async () => {
  const { page } = opened;
  await dropSong(page, { name: "long.wav", times: 8 });
  await page.locator(".song-select", { hasText: "long" }).click();
  await page.getByRole("button", { name: "Notes of vocals", exact: true }).click();
  const options = lane("vocals").getByRole("option");
  await options.first().waitFor();
  await press(page, "Cancel the notes of vocals");
  const heard = await lane("vocals").locator(".notes-title").textContent();
  expect(heard).toMatch(/^\d+ notes?$/);
  await seconds(1);
  expect(await lane("vocals").locator(".notes-title").textContent()).toBe(heard);
  await press(page, "Listen to vocals again");
  await lane("vocals").getByRole("progressbar").waitFor();
  await press(page, "Cancel the notes of vocals");
  await press(page, "Cancel long");
  expect(opened.complaints).toEqual([]);
});

const views = [
  { name: "dark", colorScheme: "dark", viewport: { width: 1440, height: 1200 } },
  { name: "phone-light", colorScheme: "light", viewport: { width: 390, height: 844 } },
] as const;

it.each(views)("are there for everyone, as they come: $name", async ({ name, ...options }) => {
  const page = await demo.open(options);
  try {
    await press(page.page, "Try the sample");
    const toggle = page.page.getByRole("button", { name: "Notes of vocals" });
    await toggle.click();
    const found = lane("vocals", page).locator(".notes-title");
    const options = lane("vocals", page).getByRole("option");
    const counts = new Set<number>();
    await until(async () => {
      counts.add(await options.count());
      return /^\d+ notes$/.test((await found.textContent()) ?? "");
    }, "all notes are there");
    expect(counts.size).toBeGreaterThan(2);
    await reach(page.page, "A bundled song", "done");
    await page.page.locator(".chords span").first().waitFor();
    await lane("vocals", page).getByRole("listbox").focus();
    await page.page.keyboard.press("ArrowRight");
    await lane("vocals", page).scrollIntoViewIfNeeded();
    expect(await violations(page)).toEqual([]);
    const [inner, whole] = await page.page.evaluate(() => {
      const { clientWidth, scrollWidth } = document.documentElement;
      return [clientWidth, scrollWidth] as const;
    });
    expect(whole).toBeLessThanOrEqual(inner);
    await page.shoot(`notes-${name}`);
    expect(page.complaints).toEqual([]);
  } finally {
    await page.close();
  }
});
