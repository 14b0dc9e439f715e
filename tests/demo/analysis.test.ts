/** Bars, key, chords and the metronome: the page in Chromium, with real analysis and real audio. */

import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { AnalysisResult, Beat } from "divisi";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { temporaryFolder } from "../node/cli/support.js";
import { dropSong, press, reach, until } from "./actions.js";
import { type Demo, type DemoPage, launchDemo } from "./demo_page.js";
import { type Heard, recordPlayed, takeHeard } from "./recorder.js";

const folder = temporaryFolder();
let demo: Demo;
let opened: DemoPage;
let idleWorkers = 0;
/** As the page saves it. */
let analysis: AnalysisResult & { readonly corrections: readonly string[] };

beforeAll(async () => {
  demo = await launchDemo("--autoplay-policy=no-user-gesture-required");
  opened = await demo.open({ acceptDownloads: true });
  await opened.page.addInitScript(recordPlayed);
  await opened.page.reload();
  await dropSong(opened.page, { name: "song.wav" });
  await reach(opened.page, "song", "done");
});
afterAll(() => demo?.close());

const seconds = (count: number) => new Promise((resolve) => setTimeout(resolve, count * 1000));
const fact = (name: "key" | "tempo") => opened.page.locator(`[data-fact="${name}"]`);
const tempo = async () => Number.parseInt((await fact("tempo").textContent()) ?? "", 10);

async function save(format: string): Promise<string> {
  const { page } = opened;
  await page.getByLabel("Format of beats, key and chords").selectOption(format);
  const waiting = page.waitForEvent("download");
  const button = page.getByRole("button", { name: "Save beats, key and chords" });
  await button.and(page.locator(":enabled")).click();
  const download = await waiting;
  const path = join(folder, download.suggestedFilename());
  await download.saveAs(path);
  return path;
}

const saveJson = async () => JSON.parse(readFileSync(await save("json"), "utf8"));
const beats = (): readonly Beat[] => analysis.beats?.beats ?? [];
/** The beat nearest to a time. */
const beatAt = (time: number) =>
  beats().reduce((best, beat) =>
    Math.abs(beat.seconds - time) < Math.abs(best.seconds - time) ? beat : best,
  );

describe("what is heard in the sample", () => {
  it("is shown: key and tempo with their confidence, bars, chords", async () => {
    const { page } = opened;
    await fact("key").waitFor();
    await page.locator(".chords span").first().waitFor();
    // sample/truth.json: G major, 88 beats a minute.
    expect(await fact("key").textContent()).toMatch(/^G major \d+ %/);
    expect(await fact("key").getAttribute("title")).toMatch(/^The key is \d+ % sure/);
    expect(await tempo()).toBe(88);
    expect(await fact("tempo").getAttribute("title")).toMatch(/^\d+ % of the song keeps/);
    const numbers = await page.locator(".bar-ruler span").allTextContents();
    expect(numbers.slice(0, 3)).toEqual(["1", "2", "3"]);
    const label = await page.locator(".chords").getAttribute("aria-label");
    expect(label).toMatch(/^Chords: [A-G]/);
    await opened.shoot("analysis");
  });

  it("takes two models, each fetched once, and Workers until it has ended", async () => {
    const models = opened.requests
      .filter((request) => request.serviceWorker() === null)
      .map((request) => new URL(request.url()).pathname);
    for (const name of ["beatnet", "crema-chords"]) {
      expect(models.filter((path) => path.endsWith(`/models/${name}.safetensors`)).length).toBe(1);
    }
    await save("json"); // can be had when all parts are there
    await seconds(1);
    idleWorkers = opened.page.workers().length;
    // The player's: one for stems, one that plays.
    expect(idleWorkers).toBe(2);
  });

  it("is saved in every format", async () => {
    analysis = await saveJson();
    expect(analysis).toMatchObject({ song: "song", seconds: 30, corrections: [] });
    expect(Math.round(analysis.beats?.tempo ?? 0)).toBe(88);
    expect(analysis.key?.key).toMatchObject({ tonic: "G", mode: "major" });
    expect(analysis.chords?.chords.length).toBeGreaterThan(4);
    const jams = JSON.parse(readFileSync(await save("jams"), "utf8"));
    expect(jams.file_metadata.identifiers).toEqual({ file: "song.wav" });
    expect(
      readFileSync(await save("midi"))
        .subarray(0, 4)
        .toString(),
    ).toBe("MThd");
    for (const [format, ending] of [
      ["lab", "lab"],
      ["audacity", "txt"],
      ["csv", "csv"],
    ] as const) {
      const path = await save(format);
      execFileSync("python3", ["-m", "zipfile", "-e", path, join(folder, format)]);
      for (const part of ["beats", "key", "chords"]) {
        expect(readFileSync(join(folder, format, `${part}.${ending}`), "utf8")).not.toBe("");
      }
    }
    const lab = readFileSync(join(folder, "lab", "beats.lab"), "utf8")
      .trim()
      .split("\n");
    expect(lab).toHaveLength(beats().length);
  });

  it("follows the playhead with its chord", async () => {
    const { page } = opened;
    const chord = analysis.chords?.chords.find(({ startSeconds }) => startSeconds > 9);
    if (!chord) throw new Error("no chord after 9 s");
    await page.locator(".chords").scrollIntoViewIfNeeded();
    const box = await page.locator(".chords").boundingBox();
    if (!box) throw new Error("no chords");
    const middle = (chord.startSeconds + chord.endSeconds) / 2;
    await page.mouse.click(box.x + (middle / 30) * box.width, box.y + box.height / 2);
    const now = page.locator(".chords .now");
    await until(async () => {
      const marked = await now.boundingBox();
      return marked && Math.abs(marked.x - box.x - (chord.startSeconds / 30) * box.width) < 2;
    }, "the chord is marked");
    const root = chord.root?.replace("#", "♯") ?? "N.C.";
    expect(await page.locator(".chord-now strong").textContent()).toContain(root);
  });
});

describe("a loop", () => {
  const edge = async (name: "Start" | "End") =>
    Number(
      await opened.page
        .getByRole("slider", { name: `${name} of the loop` })
        .getAttribute("aria-valuenow"),
    );
  const draw = async (from: number, to: number, key?: string) => {
    const { page } = opened;
    const mix = page.locator('[data-lane="mix"] .waveform');
    await mix.scrollIntoViewIfNeeded();
    const box = await mix.boundingBox();
    if (!box) throw new Error("no mix");
    const x = (time: number) => box.x + (box.width * time) / 30;
    if (key) await page.keyboard.down(key);
    await page.mouse.move(x(from), box.y + 20);
    await page.mouse.down();
    await page.mouse.move(x(to), box.y + 20, { steps: 4 });
    await page.mouse.up();
    if (key) await page.keyboard.up(key);
  };

  it("snaps to beats, and is free with Shift held", async () => {
    await draw(7.1, 12.3);
    expect(await edge("Start")).toBeCloseTo(beatAt(7.1).seconds, 5);
    expect(await edge("End")).toBeCloseTo(beatAt(12.3).seconds, 5);
    const between =
      (beatAt(8).seconds + (beats()[beats().indexOf(beatAt(8)) + 1]?.seconds ?? 0)) / 2;
    await draw(between, 12.3, "Shift");
    // Within a pixel.
    expect(Math.abs((await edge("Start")) - between)).toBeLessThan(0.05);
  });

  it("is moved from beat to beat by keys", async () => {
    const { page } = opened;
    await draw(7.1, 12.3);
    await page.getByRole("slider", { name: "End of the loop" }).focus();
    await page.keyboard.press("ArrowLeft");
    const index = beats().indexOf(beatAt(12.3));
    expect(await edge("End")).toBeCloseTo(beats()[index - 1]?.seconds ?? 0, 5);
    await page.keyboard.press("Alt+ArrowRight");
    expect(await edge("End")).toBeCloseTo((beats()[index - 1]?.seconds ?? 0) + 0.1, 5);
    await page.keyboard.press("l");
    // What nobody has drawn: four bars, from that of the playhead on.
    await page.keyboard.press("l");
    const bars = beats().filter(({ number }) => number === 1);
    const first = bars.findLastIndex((bar) => bar.seconds <= beatAt(7.1).seconds);
    expect(await edge("Start")).toBeCloseTo(bars[first]?.seconds ?? 0, 5);
    expect(await edge("End")).toBeCloseTo(bars[first + 4]?.seconds ?? 0, 5);
    await page.keyboard.press("l");
  });
});

describe("the metronome", () => {
  /** Two thousandths of a second nobody hears. */
  const inPhase = 0.002;

  const expectOnBeats = ({ clicks }: Heard) => {
    // Where a key happens to be pressed as a click is heard, the song jumps around it, and says nothing.
    const placed = clicks.filter(({ songTime }) => songTime !== undefined);
    expect(clicks.length - placed.length, JSON.stringify(clicks)).toBeLessThanOrEqual(1);
    for (const { songTime = Number.NaN, accented } of placed) {
      const beat = beatAt(songTime);
      expect(Math.abs(beat.seconds - songTime)).toBeLessThan(inPhase);
      expect(accented).toBe(beat.number === 1);
    }
  };

  it("clicks on the beats: from the start, after seeks, in loops", async () => {
    const { page } = opened;
    await press(page, "Metronome");
    await page.keyboard.press("Home");
    await takeHeard(page);
    await page.keyboard.press("Space");
    await seconds(3);
    await page.keyboard.press("ArrowRight");
    await seconds(3);
    await page.keyboard.press("l");
    await page.keyboard.press("Home");
    await seconds(1);
    await page.keyboard.press("Space");
    await page.keyboard.press("l");
    await seconds(1);
    const heard = await takeHeard(page);
    expect(heard.clicks.length).toBeGreaterThan(7);
    expectOnBeats(heard);
    // Louder and softer.
    await page.getByRole("slider", { name: "Volume of the metronome" }).fill("0");
    await page.keyboard.press("Space");
    await seconds(2);
    await page.keyboard.press("Space");
    await seconds(0.5);
    expect((await takeHeard(page)).clicks).toEqual([]);
    await page.getByRole("slider", { name: "Volume of the metronome" }).fill("0.5");
    await press(page, "Metronome");
  });

  it("counts a bar before the song, which comes in time", async () => {
    const { page } = opened;
    await press(page, "Count-in");
    await press(page, "To the start");
    await takeHeard(page);
    await page.keyboard.press("Space");
    await until(async () => (await page.getByRole("button", { name: "Pause" }).count()) > 0, "on");
    await seconds(6);
    await page.keyboard.press("Space");
    await seconds(1);
    const { clicks, songStart } = await takeHeard(page);
    const perBar = analysis.beats?.beatsPerBar ?? 0;
    expect(clicks).toHaveLength(perBar);
    expect(songStart).toBeDefined();
    // As beats of the song that lie before it: whole intervals before its first beat.
    const [first, ...next] = beats().slice(0, 5);
    if (!first || songStart === undefined) throw new Error("no song");
    const interval = ((next.at(-1)?.seconds ?? 0) - first.seconds) / next.length;
    for (const { at } of clicks) {
      const before = (first.seconds - (at - songStart)) / interval;
      expect(Math.abs(before - Math.round(before)) * interval).toBeLessThan(inPhase);
    }
    const last = (clicks.at(-1)?.at ?? 0) - songStart;
    expect(last).toBeLessThan(0);
    expect(last).toBeGreaterThanOrEqual(-interval - inPhase);
    await press(page, "Count-in");
  });
});

describe("corrections", () => {
  it("halve, double and move the beats, and undo each other", async () => {
    const { page } = opened;
    await press(page, "×2: Double the tempo");
    expect(await tempo()).toBe(176);
    expect(await fact("tempo").getAttribute("title")).toContain("corrected by you");
    await press(page, "½: Half the tempo");
    expect(await tempo()).toBe(88);
    expect(await page.getByRole("button", { name: "As heard" }).count()).toBe(0);
    await press(page, "×2: Double the tempo");
    await press(page, "Bar +1: Begin bars one beat later");
    await press(page, "Beat +½: Move the beats by half a beat");
  });

  it("are saved with the analysis, and kept for the next visit", async () => {
    const { page } = opened;
    const corrected = await saveJson();
    expect(corrected.corrections).toEqual(["double", "later", "offBeat"]);
    const [first, second] = beats();
    const quarter = ((second?.seconds ?? 0) - (first?.seconds ?? 0)) / 4;
    expect(corrected.beats.beats[0].seconds).toBeCloseTo((first?.seconds ?? 0) + quarter, 4);
    expect(corrected.beats.tempo).toBeCloseTo(2 * (analysis.beats?.tempo ?? 0), 3);

    await page.reload();
    await dropSong(page, { name: "song.wav" });
    await fact("tempo").waitFor();
    expect(await tempo()).toBe(176);
    await press(page, "As heard");
    expect(await tempo()).toBe(88);
    expect(await page.evaluate(() => localStorage.getItem("beat-corrections"))).toBe("{}");
    expect(opened.complaints).toEqual([]);
  });

  it("ends with a song that is left, and begins anew when that is shown again", async () => {
    const { page } = opened;
    await page.locator(".chords span").first().waitFor();
    await until(async () => page.workers().length <= idleWorkers, "the analysis has ended");
    await dropSong(page, { name: "other.wav", times: 3 });
    await page.locator(".song-select", { hasText: "other" }).click();
    await reach(page, "other", "done");
    await page.locator(".song-select", { hasText: "song" }).click();
    await until(async () => page.workers().length <= idleWorkers, "it has been given up", 5);
    await page.locator(".song-select", { hasText: "other" }).click();
    await fact("key").waitFor();
    await page.locator(".chords span").first().waitFor();
    expect(opened.complaints).toEqual([]);
  });
});
