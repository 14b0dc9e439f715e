/** A song as it is seen, played and mixed: the page in Chromium, with real audio. */

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { dropSong, position, press, reach, songState, until } from "./actions.js";
import { type Demo, type DemoPage, launchDemo } from "./demo_page.js";

/** Pages may play without a click: a test's clicks are not all a person's. */
const flags = ["--autoplay-policy=no-user-gesture-required"];

let demo: Demo;
let opened: DemoPage;

beforeAll(async () => {
  demo = await launchDemo(...flags);
  opened = await demo.open();
});
afterAll(() => demo?.close());

const seconds = (count: number) => new Promise((resolve) => setTimeout(resolve, count * 1000));
const level = () => opened.page.evaluate(() => globalThis.playedLevel());

/** How many pixels of a lane's waveform are drawn higher than the line of silence. */
const drawnPixels = (lane: string) =>
  opened.page.evaluate((name) => {
    const host = document.querySelector(`[data-lane="${name}"] .waveform`)?.firstElementChild;
    const canvases = [
      ...(host?.shadowRoot?.querySelectorAll<HTMLCanvasElement>(".canvases canvas") ?? []),
    ];
    let count = 0;
    for (const canvas of canvases) {
      if (canvas.width === 0) continue;
      const { width, height } = canvas;
      const pixels = canvas.getContext("2d")?.getImageData(0, 0, width, height).data ?? [];
      for (let y = 0; y < height; y++) {
        if (Math.abs(y - height / 2) < 3) continue;
        for (let x = 0; x < width; x++) if (pixels[4 * (y * width + x) + 3]) count += 1;
      }
    }
    return count;
  }, lane);

/** Whether the browser would ask before the page is left. */
const asksBeforeLeaving = () =>
  opened.page.evaluate(() => !dispatchEvent(new Event("beforeunload", { cancelable: true })));

describe("while a long song is computed", () => {
  const name = "three minutes";

  it("plays at once, shows real progress, and draws waveforms as they grow", async () => {
    const { page } = opened;
    await dropSong(page, { name: `${name}.wav`, times: 6 });
    const play = page.getByRole("button", { name: "Play", exact: true });
    await play.and(page.locator(":enabled")).click();
    await until(async () => (await level()) > 0.01, "the song is heard");
    const state = await songState(page, name);
    expect(state?.stage).not.toBe("done");

    const [vocals, percents] = [new Set<number>(), new Set<number>()];
    /** The share of the vocals' lane that is hatched: not computed yet. */
    const hatched = () =>
      page.evaluate(() => {
        const lane = document.querySelector('[data-lane="vocals"] .lane-wave');
        const widths = [...(lane?.querySelectorAll(".gap") ?? [])].map((gap) => gap.clientWidth);
        return widths.reduce((sum, width) => sum + width, 0) / (lane?.clientWidth ?? 1);
      });
    const shares: number[] = [];
    let text = "";
    let shot = false;
    await until(async () => {
      const now = await songState(page, name);
      if (now?.stage === "computing") {
        percents.add(now.percent);
        vocals.add(await drawnPixels("vocals"));
        shares.push(await hatched());
        if (/left/.test(now.text)) text = now.text;
        if (vocals.size === 5 && percents.size > 5 && !shot) {
          shot = true;
          await opened.shoot("computing");
        }
      }
      return now?.stage === "done";
    }, "the song is done");
    // Peaks come with each chunk of 10 s, 18 of them in 3 minutes.
    expect(vocals.size).toBeGreaterThan(5);
    expect([...vocals]).toEqual([...vocals].sort((a, b) => a - b));
    expect([...percents]).toEqual([...percents].sort((a, b) => a - b));
    expect(shares[0]).toBeGreaterThan(0.5);
    expect(shares).toEqual([...shares].sort((a, b) => b - a));
    expect(await hatched()).toBe(0);
    expect(text).toMatch(/\d+ % · [\d.]+× as fast as it plays · \d+ (s|min) left/);
    expect(await position(page)).toBeGreaterThan(1);
    await press(page, "Pause");
  });

  it("can be cancelled, and tried again; while it goes on, the page is not left unasked", async () => {
    const { page } = opened;
    await dropSong(page, { name: "another.wav", times: 4 });
    await reach(page, "another", "computing");
    expect(await asksBeforeLeaving()).toBe(true);
    await press(page, "Cancel another");
    await reach(page, "another", "cancelled");
    await press(page, "Try another again");
    await until(
      async () =>
        ["computing", "loading"].includes((await songState(page, "another"))?.stage ?? ""),
      "it is computed again",
    );
    await press(page, "Cancel another");
    await press(page, "Remove another");
    expect(await songState(page, "another")).toBeNull();
  });
});

describe("the sample", () => {
  const name = "A bundled song";

  beforeAll(async () => {
    await opened.close();
    opened = await demo.open();
    await press(opened.page, "Try the sample");
    await reach(opened.page, name, "done");
    await opened.page.getByRole("button", { name: "Play", exact: true, disabled: false }).waitFor();
    expect(await opened.page.title()).toBe(`${name} · divisi`);
    expect(await asksBeforeLeaving()).toBe(false);
  });

  it("has one playhead through aligned lanes, and a click goes to a place", async () => {
    const { page } = opened;
    const boxes = await Promise.all(
      ["mix", "vocals", "accompaniment"].map((lane) =>
        page.locator(`[data-lane="${lane}"] .waveform`).boundingBox(),
      ),
    );
    const [mix, ...stems] = boxes;
    if (!mix) throw new Error("no mix");
    for (const box of stems) expect(box).toMatchObject({ x: mix.x, width: mix.width });
    await page.mouse.click(mix.x + mix.width / 2, mix.y + mix.height / 2);
    await until(async () => Math.abs((await position(page)) - 15) < 0.2, "the middle");
    const line = await page.getByRole("slider", { name: "Position" }).boundingBox();
    expect(line?.x).toBeCloseTo(mix.x + mix.width / 2, -0.5);
    expect(line?.height).toBeGreaterThan(3 * mix.height);
    await opened.shoot("studio-dark");
  });

  it("is moved and played by keys", async () => {
    const { page } = opened;
    const at = (wanted: number) =>
      until(async () => Math.abs((await position(page)) - wanted) < 0.15, `at ${wanted} s`, 5);
    await page.keyboard.press("Home");
    await at(0);
    await page.keyboard.press("ArrowRight");
    await at(5);
    await page.keyboard.press("Shift+ArrowLeft");
    await at(4);
    await page.keyboard.press("Space");
    await until(async () => (await position(page)) > 4.5, "it plays");
    await page.keyboard.press("Space");
    const paused = await position(page);
    await seconds(0.5);
    expect(await position(page)).toBeCloseTo(paused, 0);
  });

  it("repeats a loop that is drawn, and moves its edges by keys", async () => {
    const { page } = opened;
    const box = await page.locator('[data-lane="mix"] .waveform').boundingBox();
    if (!box) throw new Error("no mix");
    const x = (share: number) => box.x + box.width * share;
    await page.mouse.move(x(1 / 3), box.y + 20);
    await page.mouse.down();
    await page.mouse.move(x(11.5 / 30), box.y + 30, { steps: 4 });
    await page.mouse.up();
    const start = page.getByRole("slider", { name: "Start of the loop" });
    expect(Number(await start.getAttribute("aria-valuenow"))).toBeCloseTo(10, 0);
    await page.keyboard.press("Space");
    const heard: number[] = [];
    await until(
      async () => {
        heard.push(await position(page));
        const [last = 0, before = 0] = [heard.at(-1), heard.at(-2)];
        return last < before - 0.5;
      },
      "it starts anew",
      20,
    );
    expect(Math.max(...heard)).toBeLessThan(11.8);
    await page.keyboard.press("Space");
    await opened.shoot("loop");
    await start.focus();
    const before = Number(await start.getAttribute("aria-valuenow"));
    await page.keyboard.press("Shift+ArrowLeft");
    expect(Number(await start.getAttribute("aria-valuenow"))).toBeCloseTo(before - 1, 2);
    await page.keyboard.press("l");
    expect(await start.count()).toBe(0);
  });

  it("mixes what is heard: solo, mute, volume", async () => {
    const { page } = opened;
    // Nobody sings in the first three seconds of the sample (sample/score.py).
    const introduction = async () => {
      await page.keyboard.press("Home");
      await seconds(1.6);
      return level();
    };
    await page.keyboard.press("Space");
    const mix = await introduction();
    expect(mix).toBeGreaterThan(0.02);

    await press(page, "Hear only vocals");
    // The model lets a little of the band through: 20 dB below it is far from hearing the band.
    expect(await introduction()).toBeLessThan(mix / 10);
    await press(page, "Hear only vocals");

    await press(page, "Mute accompaniment");
    expect(await introduction()).toBeLessThan(mix / 10);
    await press(page, "Mute accompaniment");

    const volume = page.getByRole("slider", { name: "Volume of accompaniment" });
    await volume.fill("0.5");
    const half = await introduction();
    expect(half / mix).toBeGreaterThan(0.4);
    expect(half / mix).toBeLessThan(0.6);
    await volume.fill("1");
    await page.keyboard.press("Space");
  });

  /** Where the line of the playhead is, and where the shading of what was played ends. */
  const placesNow = async () => {
    const slider = await opened.page.getByRole("slider", { name: "Position" }).boundingBox();
    const shading = await opened.page
      .locator('[data-lane="vocals"] .waveform [part="progress"]')
      .boundingBox();
    if (!slider || !shading) throw new Error("no playhead, or no waveform");
    return { line: slider.x + slider.width / 2, shading: shading.x + shading.width };
  };

  it.each([4, 14, 26])("zooms around the playhead at %i s, paused", async (place) => {
    const { page } = opened;
    const slider = page.getByRole("slider", { name: "Position" });
    const mix = await page.locator('[data-lane="mix"] .waveform').boundingBox();
    if (!mix) throw new Error("no mix");
    await page.mouse.click(mix.x + (mix.width * place) / 30, mix.y + mix.height / 2);
    await until(async () => Math.abs((await position(page)) - place) < 0.2, `at ${place} s`);
    const { line } = await placesNow();
    let last = "";
    for (const key of ["+", "+", "+", "-", "-", "-"]) {
      await page.keyboard.press(key);
      await until(
        async () => {
          const now = await placesNow();
          last = `the line at ${now.line}, the shading to ${now.shading}`;
          return Math.abs(now.line - line) < 3 && Math.abs(now.shading - now.line) < 4;
        },
        `line and shading stay at ${line} after ${key}`,
        5,
      ).catch((error) => {
        throw new Error(`${error.message}: ${last}`);
      });
      // What scrolls late, as the answer to what was scrolled, would show by now.
      await seconds(0.2);
      expect(Math.abs((await placesNow()).line - line)).toBeLessThan(3);
    }
    expect(Number(await slider.getAttribute("aria-valuenow"))).toBe(place);
  });

  it("keeps the playhead in view while it plays and is zoomed", async () => {
    const { page } = opened;
    await page.keyboard.press("Home");
    await page.keyboard.press("Space");
    for (let times = 0; times < 3; times++) {
      await page.keyboard.press("+");
      await seconds(0.7);
      const { line, shading } = await placesNow();
      const surface = await page.locator(".lanes-surface.front").boundingBox();
      expect(line).toBeGreaterThanOrEqual((surface?.x ?? 0) - 2);
      expect(line).toBeLessThanOrEqual((surface?.x ?? 0) + (surface?.width ?? 0) + 2);
      // The picture follows within some frames.
      expect(Math.abs(shading - line)).toBeLessThan(60);
    }
    await page.keyboard.press("Space");
    await press(page, "Show the whole song");
  });

  it("zooms and shows a spectrogram on demand", async () => {
    const { page } = opened;
    const sliderAt = async () =>
      (await page.getByRole("slider", { name: "Position" }).boundingBox())?.x ?? 0;
    await page.keyboard.press("Home");
    const before = await drawnPixels("vocals");
    await press(page, "Zoom in");
    await until(async () => (await drawnPixels("vocals")) !== before, "it is drawn closer");
    const scrolled = await page.evaluate(() => {
      const box = document.querySelector(".lanes-box");
      box?.scrollBy(box.scrollWidth, 0);
      return (box?.scrollWidth ?? 0) > 1.5 * (box?.clientWidth ?? 0);
    });
    expect(scrolled).toBe(true);
    await until(
      async () =>
        /0:1[45678]/.test((await page.locator(".ruler span").first().textContent()) ?? ""),
      "the second half is seen",
      5,
    );
    await press(page, "Show the whole song");
    expect(await sliderAt()).toBeGreaterThan(0);

    expect(await page.locator(".spectrogram").count()).toBe(0);
    await press(page, "Spectrogram");
    await until(
      () =>
        page.evaluate(() => {
          const canvas = document.querySelector<HTMLCanvasElement>(
            ".spectrogram > :nth-child(2) canvas",
          );
          const data = canvas
            ?.getContext("2d")
            ?.getImageData(0, 0, canvas.width, canvas.height).data;
          return new Set(data?.filter((_, index) => index % 4 === 0)).size > 50;
        }),
      "the spectrogram is drawn",
    );
    // Its axis: higher frequencies lie higher, and each octave takes more of a mel scale than the last.
    const places = await page
      .locator(".spectrogram-axis li")
      .evaluateAll((labels) => labels.map((label) => label.getBoundingClientRect().y));
    expect(places).toHaveLength(6);
    expect(places).toEqual([...places].sort((a, b) => b - a));
    await opened.shoot("spectrogram");
    await press(page, "Spectrogram");
  });

  it("has broken no rule of the policy, and no script has failed", () => {
    expect(opened.complaints).toEqual([]);
  });
});
