/**
 * Files of all kinds on the page, in three browsers: what divisi reads itself keeps the file's rate, what
 * nobody reads is named, and silence is called silence.
 */

import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fixturePath, wav } from "../node/cli/support.js";
import { chirp } from "../node/fixtures/signals.mjs";
import type { DrivenPage } from "../support/driven_page.js";
import { openInFirefox } from "../support/firefox.js";
import { openInWebKit } from "../support/webkit.js";
import { dropFile, type PageLike, press, reach, until } from "./actions.js";
import { type Demo, type DemoPage, launchDemo } from "./demo_page.js";
import { type DemoSite, openDemoSite } from "./site.js";

const textOf = (page: PageLike, selector: string) =>
  page.evaluate((selector) => document.querySelector(selector)?.textContent ?? "", selector);

/** Chooses a song, and waits until its name stands over the studio. */
async function choose(page: PageLike, name: string): Promise<void> {
  await page.evaluate((name) => {
    const buttons = [...document.querySelectorAll<HTMLElement>(".song-select")];
    buttons.find((one) => one.querySelector(".song-name")?.textContent === name)?.click();
  }, name);
  await until(async () => (await textOf(page, "#song-title")) === name, `${name} is chosen`);
}

/** What the tags' panel says of silence; the code of panels comes after that of the studio. */
const silenceOf = (page: PageLike) =>
  until(async () => (await textOf(page, ".tags-silent")) || null, "the tags' panel");

const facts = (page: PageLike, expected: RegExp) =>
  until(async () => {
    const text = await textOf(page, ".studio-facts");
    return expected.test(text) && text;
  }, `facts like ${expected}`);

const tone = [chirp(0), chirp(1)];
const silence = [new Float32Array(44100), new Float32Array(44100)];
/** A fifth of a millionth of full scale: less than -80 dBFS. */
const whisper = silence.map((samples) => samples.map((_, i) => 9e-5 * Math.sin(i / 20)));
/** Of what the models hear, which is mono, nothing is left. */
const opposite = [tone[0], tone[0]?.map((sample) => -sample)] as Float32Array[];
const wma = Buffer.concat([
  Buffer.from("3026b2758e66cf11a6d900aa0062ce6c", "hex"),
  Buffer.alloc(2000, 7),
]);

/** Name, bytes, and what the page then says of it. */
const read: readonly (readonly [string, Uint8Array, RegExp])[] = [
  ["wide.wav", wav(tone, { rf64: true, bits: 24 }), /44\.1 kHz · stereo · WAV, read by divisi/],
  ["slow.wav", wav(tone, { sampleRate: 8000 }), /8 kHz · stereo · WAV, read by divisi/],
  [
    "float.wav",
    wav(tone, { sampleRate: 96000, bits: 32, float: true }),
    /96 kHz · stereo · WAV, read by divisi/,
  ],
  [
    "fast.flac",
    readFileSync(fixturePath("odd/rate96000.flac")),
    /96 kHz · stereo · FLAC, read by divisi/,
  ],
  [
    "apple.aiff",
    readFileSync(fixturePath("odd/bits24.aiff")),
    /44\.1 kHz · stereo · AIFF, read by divisi/,
  ],
  [
    "other.ogg",
    readFileSync(fixturePath("surround.ogg")),
    /48 kHz · 6 channels · decoded by the b/,
  ],
];

async function testReading(page: PageLike): Promise<void> {
  for (const [file, bytes, expected] of read) {
    const name = file.replace(/\.\w+$/, "");
    await dropFile(page, file, bytes);
    await choose(page, name);
    await facts(page, expected);
  }
  // The one of the highest rate, all the way.
  await choose(page, "fast");
  await reach(page, "fast", "done");
}

async function testSilence(page: PageLike): Promise<void> {
  for (const [name, channels] of [
    ["silence", silence],
    ["whisper", whisper],
  ] as const) {
    await dropFile(page, `${name}.wav`, wav(channels, { bits: 24 }));
    await choose(page, name);
    await reach(page, name, "done");
    expect(await silenceOf(page)).toMatch(/^Silent: there is nothing to hear/);
    expect(await textOf(page, ".studio-remark")).toMatch(/it is silent, and so are its stems/);
    expect(await textOf(page, ".song-item.selected .song-state")).toMatch(/silent$/);
    expect(await page.evaluate(() => document.querySelectorAll(".tag-chip").length)).toBe(0);
  }
}

async function testFailures(page: PageLike): Promise<void> {
  await dropFile(page, "song.wma", wma);
  await reach(page, "song", "failed");
  const said = await textOf(page, ".song-failure");
  expect(said).toContain("song.wma: is a Windows Media file, which this browser can't decode.");
  expect(said).toContain("Convert it to WAV, FLAC or MP3");
  await press(page, "Remove song");
  await dropFile(page, "paper.pdf", Buffer.from("%PDF-1.7\n%some paper"));
  await reach(page, "paper", "failed");
  const paper = await textOf(page, ".song-failure");
  expect(paper).toContain("Choose a song");
  expect(paper).not.toContain("MP3");
  await press(page, "Remove paper");
  await dropFile(page, "odd.wav", wav(tone, { bits: 24 }).subarray(0, 40));
  await reach(page, "odd", "failed");
  expect(await textOf(page, ".song-failure")).toMatch(/^odd\.wav: a WAV file without a "data"/);
  await press(page, "Remove odd");
}

describe("in Chromium", () => {
  let demo: Demo;
  let opened: DemoPage;
  beforeAll(async () => {
    demo = await launchDemo("--autoplay-policy=no-user-gesture-required");
    opened = await demo.open();
  });
  afterAll(() => demo?.close());

  it("reads WAV, AIFF and FLAC itself, and leaves others to the browser", async () => {
    await testReading(opened.page);
    await opened.shoot("files");
  });

  it("calls silence silence, and makes up no tags", () => testSilence(opened.page));

  it("finds nothing to tag where left and right cancel each other, and separates", async () => {
    const { page } = opened;
    await dropFile(page, "opposite.wav", wav(opposite));
    await choose(page, "opposite");
    await reach(page, "opposite", "done");
    expect(await silenceOf(page)).toMatch(/^Silent in mono/);
    expect(await textOf(page, ".studio-remark")).toBe("");
    await opened.shoot("silent");
  });

  it("saves a silent song's tags as such", async () => {
    const { page } = opened;
    await choose(page, "silence");
    const saved = async (format: string) => {
      const [download] = await Promise.all([
        page.waitForEvent("download"),
        press(page, `Save tags as ${format}`),
      ]);
      return readFileSync(await download.path(), "utf8");
    };
    expect(JSON.parse(await saved("JSON"))).toEqual({
      song: "silence",
      seconds: 1,
      silent: true,
      results: [],
    });
    expect((await saved("CSV")).split("\r\n")[1]).toBe("silence,,,,silent,,");
  });

  it("names what it can't read, and why", () => testFailures(opened.page));

  it("reads what there is of a file that was cut off, and says so", async () => {
    const { page } = opened;
    await dropFile(page, "cut.wav", wav(tone).subarray(0, 40_044));
    await choose(page, "cut");
    await reach(page, "cut", "done");
    expect(await textOf(page, ".studio-remark")).toMatch(
      /The file is odd: the WAV header says 88200 bytes of audio, but only 40000 are there/,
    );
  });

  it("refuses what is too long before it takes memory for it", async () => {
    const { page } = opened;
    // A WAV of 8 channels at 192 kHz: 640 MiB are less than two minutes.
    const long = wav(
      Array.from({ length: 8 }, () => new Float32Array(1)),
      { sampleRate: 192000, bits: 8 },
    );
    const bytes = 200 * 192000 * 8;
    long.writeUInt32LE(bytes, 40);
    await page.evaluate(
      ({ head, bytes }) => {
        const start = Uint8Array.from(atob(head), (letter) => letter.charCodeAt(0));
        const silence = new Uint8Array(bytes).fill(128);
        const dataTransfer = new DataTransfer();
        dataTransfer.items.add(new File([start, silence], "long.wav"));
        document.body.dispatchEvent(
          new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true }),
        );
      },
      { head: long.subarray(0, 44).toString("base64"), bytes },
    );
    await reach(page, "long", "failed");
    const said = await textOf(page, ".song-failure");
    expect(said).toMatch(/^long\.wav lasts 3:20, which is too long for this page/);
    expect(said).toMatch(/parts of 1:49 at most/);
    await press(page, "Remove long");
  });

  it("had nothing to complain of", () => {
    expect(opened.complaints).toEqual([]);
  });
});

describe.each([
  ["Firefox", openInFirefox],
  ["WebKitGTK", openInWebKit],
] as const)("in %s", (_name, open) => {
  let site: DemoSite;
  let page: DrivenPage;
  beforeAll(async () => {
    site = await openDemoSite();
    page = await open(site.url);
    await until(() => page.evaluate(() => document.querySelector("h1") !== null), "the page");
  });
  afterAll(async () => {
    await page?.close();
    await site?.close();
  });

  it("reads WAV, AIFF and FLAC itself, and leaves others to the browser", () => testReading(page));
  it("calls silence silence, and makes up no tags", () => testSilence(page));
  it("names what it can't read, and why", () => testFailures(page));
});
