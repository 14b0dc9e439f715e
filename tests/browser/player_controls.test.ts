// What else a StemPlayer offers to apps: ready stems as blocks, the volume, the system's media controls.
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Suite } from "./page.js";
import { openIn, openSiteWith, type Site } from "./pages.js";

declare const suite: Suite;

let site: Site;
let page: Page;
beforeAll(async () => {
  site = await openSiteWith({ flags: ["--autoplay-policy=no-user-gesture-required"] });
  page = await site.open();
});
afterAll(() => site?.close());

test("ready stems are given as blocks: those of separate()", async () => {
  const outcome = await page.evaluate(async () => {
    const { live, divisi, tinyModel } = suite;
    const player = await live.tinyPlayer();
    const song = { sampleRate: 44100, channels: live.counterSong(5 * 44100) };
    await player.load(song);
    await live.until("the stems", () => player.ready[0]?.end === 5);
    const blocks: [number, number][] = [];
    const vocals = new Float32Array(5 * 44100);
    for await (const { startFrame, frameCount, stems } of player.stemBlocks()) {
      blocks.push([startFrame, frameCount]);
      vocals.set(stems.vocals?.[1] ?? [], startFrame);
    }
    // Those are copies: the player still has its own.
    let again = 0;
    for await (const { frameCount } of player.stemBlocks()) again += frameCount;
    const aborted = await player
      .stemBlocks({ signal: AbortSignal.abort() })
      .next()
      .catch(({ name }) => name);
    const separator = await divisi.Separator.create({ model: tinyModel({ chunkFrames: 128 }) });
    const { stems } = await separator.separate(song);
    separator.close();
    const snr = live.snrDb(stems.vocals?.[1] ?? new Float32Array(), vocals);
    const stream = player.stemBlocks();
    await stream.next();
    player.unload();
    const unloaded = await stream.next().catch(({ code }) => code);
    await live.endPlayer(player);
    return { blocks, again, snr, aborted, unloaded };
  });
  expect(outcome.blocks.length).toBeGreaterThan(1);
  const ends = outcome.blocks.map(([start, count]) => start + count);
  expect(outcome.blocks.map(([start]) => start)).toEqual([0, ...ends.slice(0, -1)]);
  expect(ends.at(-1)).toBe(5 * 44100);
  expect(outcome.again).toBe(5 * 44100);
  expect(outcome.snr).toBeGreaterThan(100);
  expect(outcome.aborted).toBe("AbortError");
  expect(outcome.unloaded).toBe("closed");
});

test("the volume is that of all, without a click; single stems keep theirs", async () => {
  const outcome = await page.evaluate(async () => {
    const { live } = suite;
    const player = await live.tinyPlayer();
    const events: number[] = [];
    player.addEventListener("volumechange", () => events.push(player.volume));
    const sine = Float32Array.from({ length: 6 * 44100 }, (_, i) => Math.sin(i / 100) / 2);
    await player.load({ sampleRate: 44100, channels: [sine, sine] });
    await live.until("the stems", () => player.ready[0]?.end === 6);
    const take = await live.record(player.node);
    const vocals = await live.record(player.node, 1);
    await player.play();
    const peaks: number[] = [];
    const most = (samples: Float32Array | undefined) =>
      (samples ?? new Float32Array()).slice(-9000).reduce((m, x) => Math.max(m, Math.abs(x)), 0);
    const refused: string[] = [];
    for (const volume of [1, 0.3, 0, 1]) {
      player.volume = volume;
      await live.sleep(400);
      peaks.push(most(take().channels[0]));
    }
    for (const wrong of [1.5, -1, Number.NaN, "loud" as never]) {
      try {
        player.volume = wrong;
      } catch (error) {
        refused.push((error as { code: string }).code);
      }
    }
    const alone = most(vocals().channels[0]);
    const step = live.largestStep(take().channels[0] ?? new Float32Array());
    await live.endPlayer(player);
    return { peaks, events, refused, alone, step };
  });
  const [whole, quieter, silent, again] = outcome.peaks;
  expect(whole).toBeCloseTo(0.5, 2);
  expect(quieter).toBeCloseTo(0.15, 2);
  expect(silent).toBe(0);
  expect(again).toBeCloseTo(0.5, 2);
  expect(outcome.events).toEqual([1, 0.3, 0, 1]);
  expect(outcome.refused).toEqual(Array(4).fill("bad-option"));
  expect(outcome.alone).toBeCloseTo((0.5 * 27) / 28, 2);
  expect(outcome.step).toBeLessThan(0.008);
});

test("the system's media controls show a song and work the player", async () => {
  const fresh = await site.open();
  const outcome = await fresh.evaluate(async () => {
    const { live } = suite;
    // What a key does: Chromium calls what the page has set.
    const keys = new Map<string, MediaSessionActionHandler>();
    const { mediaSession } = navigator;
    const set = mediaSession.setActionHandler.bind(mediaSession);
    mediaSession.setActionHandler = (action, handler) => {
      if (handler) keys.set(action, handler);
      else keys.delete(action);
      set(action, handler);
    };
    const press = (action: MediaSessionAction, details: object = {}) =>
      keys.get(action)?.({ action, ...details });
    const player = await live.tinyPlayer();
    const song = { sampleRate: 44100, channels: live.counterSong(30 * 44100) };
    await player.load(song);
    const without = [keys.size, mediaSession.metadata];
    await player.load(song, { media: { title: "A song", artist: "A band" } });
    const { title, artist } = mediaSession.metadata ?? {};
    const states: string[] = [mediaSession.playbackState];
    press("play");
    await live.until("the key's play", () => !player.paused);
    states.push(mediaSession.playbackState);
    const places: number[] = [];
    press("seekto", { seekTime: 12 });
    places.push(player.currentTime);
    press("seekforward", { seekOffset: 5 });
    places.push(player.currentTime);
    press("seekbackward");
    places.push(player.currentTime);
    press("pause");
    states.push(mediaSession.playbackState, String(player.paused));
    press("stop");
    places.push(player.currentTime);
    const refused = await player.load(song, { media: { title: 7 as never } }).catch(String);
    const after = [keys.size, mediaSession.metadata, mediaSession.playbackState];
    await live.endPlayer(player);
    return { without, title, artist, states, places, refused, after };
  });
  expect(outcome.without).toEqual([0, null]);
  expect([outcome.title, outcome.artist]).toEqual(["A song", "A band"]);
  expect(outcome.states).toEqual(["paused", "playing", "paused", "true"]);
  const [sought, forward, back, stopped] = outcome.places as [number, number, number, number];
  expect(sought).toBe(12);
  expect(forward).toBeCloseTo(17, 1);
  expect(back).toBeCloseTo(7, 1);
  expect(stopped).toBe(0);
  expect(outcome.refused).toMatch(/media\.title: expected a text, got 7/);
  // The song has gone, and its keys with it.
  expect(outcome.after).toEqual([0, null, "none"]);
  await fresh.context().close();
});

test("a silent media element plays along, where the page's policy has room for it", async () => {
  const context = await site.browser.newContext({ bypassCSP: true });
  const free = await openIn(context, `${site.server.origin}/`);
  const states = await free.evaluate(async () => {
    const { live } = suite;
    const made: HTMLAudioElement[] = [];
    globalThis.Audio = class extends Audio {
      constructor() {
        super();
        made.push(this);
      }
    };
    const player = await live.tinyPlayer();
    const song = { sampleRate: 44100, channels: live.counterSong(30 * 44100) };
    await player.load(song, { media: { title: "A song" } });
    const [element] = made;
    if (!element) throw new Error("there is no element");
    const states: unknown[] = [element.paused];
    await player.play();
    await live.until("the element", () => !element.paused && element.duration > 5);
    states.push(element.paused);
    // As the system does when headphones are unplugged.
    element.pause();
    await live.until("the player's pause", () => player.paused);
    await player.play();
    await live.until("the element again", () => !element.paused);
    player.pause();
    states.push(element.paused);
    await live.endPlayer(player);
    return [...states, element.getAttribute("src")];
  });
  expect(states).toEqual([true, false, true, null]);
  await context.close();
});
