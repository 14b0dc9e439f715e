// StemPlayer as a listener hears it, in real AudioContexts, with and without shared memory.
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Suite } from "./page.js";
import { openSiteWith, type Site } from "./pages.js";

declare const suite: Suite;

const flags = ["--autoplay-policy=no-user-gesture-required"];
const rate = 44100;
/** A fade of 256 frames, and the render quanta in which it begins and ends. */
const fade = 512;

function near(got: number | undefined, want: number): void {
  expect(got).toBeGreaterThanOrEqual(want);
  expect(got).toBeLessThan(want + fade);
}

describe.each([
  ["shared memory", true],
  ["messages", false],
])("StemPlayer by %s", (_, isolated) => {
  let site: Site;
  let page: Page;
  beforeAll(async () => {
    site = await openSiteWith({ flags, isolated });
    page = await site.open();
  });
  afterAll(() => site?.close());

  test("plays at once, and every frame once, while the page is busy", async () => {
    const { runs, blocked, underruns, ready } = await page.evaluate(async () => {
      const { live } = suite;
      const player = await live.tinyPlayer();
      const take = await live.record(player.node);
      const frameCount = 5 * 44100;
      await player.load({ sampleRate: 44100, channels: live.counterSong(frameCount) });
      await player.play();
      let blocked = 0;
      player.addEventListener("timeupdate", () => {
        if (blocked >= 3) return;
        blocked += 1;
        live.holdMainThread(500);
      });
      await live.until("the end", () => player.ended);
      const { underruns, ready } = player;
      await live.sleep(200);
      const runs = live.countedRuns(take());
      await live.endPlayer(player);
      return { runs, blocked, underruns, ready };
    });
    expect(blocked).toBe(3);
    // One run from the first frame to the last: the cross-fade to the stems adds up to the mix.
    expect(runs.map(({ song, length }) => [song, length])).toEqual([[0, 5 * rate]]);
    expect(underruns).toBe(0);
    expect(ready).toEqual([{ start: 0, end: 5 }]);
  });

  test("seeks, pauses and loops to the frame, and says where it is", async () => {
    const { runs, places, events } = await page.evaluate(async () => {
      const { live } = suite;
      const player = await live.tinyPlayer();
      const take = await live.record(player.node);
      const events: string[] = [];
      for (const type of ["play", "pause", "seeking", "seeked", "ended"] as const) {
        player.addEventListener(type, () => events.push(type));
      }
      const song = { sampleRate: 44100, channels: live.counterSong(20 * 44100) };
      await player.load(song);
      const places: [number, number][] = [];
      player.currentTime = 12;
      places.push([player.currentTime, 12]);
      await player.play();
      await live.until("being on the way", () => player.currentTime > 12.5);
      player.currentTime = 3.25;
      await live.until("the seek", () => !player.seeking);
      await live.sleep(300);
      player.pause();
      await live.sleep(200);
      const stopped = player.currentTime;
      await live.sleep(200);
      places.push([player.currentTime, stopped]);
      player.loop = { start: 3, end: 3.75 };
      await player.play();
      await live.sleep(2500);
      const inLoop = player.currentTime;
      player.loop = false;
      player.currentTime = 19.5;
      await live.until("the end", () => player.ended);
      places.push([player.currentTime, 20]);
      await player.play();
      await live.until("the beginning", () => player.currentTime > 0.2 && player.currentTime < 5);
      await live.sleep(200);
      const runs = live.countedRuns(take());
      const seen = [...events];
      await live.endPlayer(player);
      return { runs, places: [...places, [inLoop >= 3 && inLoop < 3.75, true]], events: seen };
    });
    for (const [got, want] of places) {
      if (typeof got === "boolean") expect(got).toBe(want);
      else expect(got as number).toBeCloseTo(want as number, 2);
    }
    // (The seek before play() is one, too, and so is playing again after the end.)
    expect(events).toEqual(
      "seeking play seeked seeking seeked pause play seeking seeked pause ended seeking play seeked".split(
        " ",
      ),
    );
    const starts = runs.map(({ song }) => song);
    const ends = runs.map(({ song, length }) => song + length);
    near(starts[0], 12 * rate);
    near(starts[1], 3.25 * rate);
    // After the pause it goes on where it had stopped, and then in a loop, frame by frame.
    near(starts[2], ends[1] as number);
    const loops = runs.slice(3, -2);
    expect(loops.length).toBeGreaterThanOrEqual(2);
    for (const { song } of loops) expect(song).toBe(3 * rate);
    for (const { song, length } of loops.slice(0, -1)) expect(song + length).toBe(3.75 * rate);
    near(starts.at(-2), 19.5 * rate);
    expect(ends.at(-2)).toBe(20 * rate);
    expect(starts.at(-1)).toBe(0);
  });

  test("starts at a time of the context, to the frame", async () => {
    const { heard, wanted, before } = await page.evaluate(async () => {
      const { live } = suite;
      const player = await live.tinyPlayer();
      const take = await live.record(player.node);
      await player.load({ sampleRate: 44100, channels: live.counterSong(5 * 44100) });
      await live.until("the recorder", () => player.node.context.currentTime > 0.1);
      // A quantum's first frame, half a second from now.
      const quantum = Math.ceil((player.node.context.currentTime * 44100 + 22050) / 128);
      await player.play({ at: (quantum * 128) / 44100 });
      await live.sleep(250);
      const before = player.currentTime;
      await live.until("being on the way", () => player.currentTime > 0.5);
      await live.sleep(200);
      const recording = take();
      const [first] = live.countedRuns(recording);
      await live.endPlayer(player);
      const heard = first && { song: first.song, frame: recording.startFrame + first.at };
      return { heard, wanted: quantum * 128, before };
    });
    expect(before).toBe(0);
    expect(heard).toEqual({ song: 0, frame: wanted });
  });

  test("plays on from where a seek at its end leads, however late that comes through", async () => {
    const outcome = await page.evaluate(async () => {
      const { live } = suite;
      const player = await live.tinyPlayer({ workerUrl: "/stalling_worker.js" });
      const take = await live.record(player.node);
      await player.load({ sampleRate: 44100, channels: live.counterSong(2 * 44100) });
      await player.play();
      await live.until("the end", () => player.ended);
      // The processor hears that it is to play before the Worker has told it where.
      new BroadcastChannel("stall").postMessage(500);
      await live.sleep(50);
      player.currentTime = 1.5;
      await player.play();
      await live.until("the second end", () => player.ended);
      await player.play();
      await live.until("being near the end", () => player.currentTime > 1.5);
      // The song ends while the page is busy: it is still playing when it seeks, as far as it knows.
      live.holdMainThread(1500);
      const knew = player.ended;
      player.currentTime = 1;
      await live.until("the third end", () => player.ended);
      const { underruns } = player;
      await live.sleep(200);
      const runs = live.countedRuns(take()).map(({ song, length }) => [song, song + length]);
      await live.endPlayer(player);
      return { runs, knew, underruns };
    });
    expect(outcome.knew).toBe(false);
    expect(outcome.underruns).toBe(0);
    expect(outcome.runs.map(([, end]) => end)).toEqual(outcome.runs.map(() => 2 * rate));
    const starts = outcome.runs.map(([start]) => start);
    expect(starts.length).toBe(4);
    for (const [i, place] of [0, 1.5, 0, 1].entries()) near(starts[i], place * rate);
  });

  test("solo, mute and gain change what is heard without a click", async () => {
    const outcome = await page.evaluate(async () => {
      const { live } = suite;
      const player = await live.tinyPlayer();
      // A slow sine: any click is a larger step than its own.
      const sine = Float32Array.from({ length: 6 * 44100 }, (_, i) => Math.sin(i / 100) / 2);
      await player.load({ sampleRate: 44100, channels: [sine, sine] });
      await live.until("the stems", () => player.ready[0]?.end === 6);
      const take = await live.record(player.node);
      const vocals = await live.record(player.node, 1);
      await player.play();
      const peaks: number[] = [];
      const peak = async () => {
        await live.sleep(350);
        const recorded = take().channels[0] ?? new Float32Array();
        peaks.push(recorded.slice(-9000).reduce((most, x) => Math.max(most, Math.abs(x)), 0));
      };
      await peak();
      player.mute("vocals");
      await peak();
      player.mute("vocals", false);
      player.solo("vocals");
      await peak();
      player.gain("vocals").value = 0.25;
      await peak();
      const audible = player.stems.map((stem) => player.audible(stem));
      player.solo("vocals", false);
      player.gain("vocals").value = 1;
      await peak();
      player.currentTime = 1;
      await peak();
      player.pause();
      await peak();
      const step = live.largestStep(take().channels[0] ?? new Float32Array());
      const alone = vocals().channels[0]?.reduce((most, x) => Math.max(most, x), 0);
      await live.endPlayer(player);
      return { peaks, step, alone, audible };
    });
    const [whole, muted, solo, quarter, again, sought, paused] = outcome.peaks;
    expect(whole).toBeCloseTo(0.5, 2);
    expect(muted).toBeCloseTo(0.5 / 28, 2);
    expect(solo).toBeCloseTo((0.5 * 27) / 28, 2);
    expect(quarter).toBeCloseTo((0.125 * 27) / 28, 2);
    expect(again).toBeCloseTo(0.5, 2);
    expect(sought).toBeCloseTo(0.5, 2);
    expect(paused).toBe(0);
    expect(outcome.audible).toEqual([true, false]);
    // A stem's own output does not follow its gain.
    expect(outcome.alone).toBeCloseTo((0.5 * 27) / 28, 2);
    // The sine's own steps are 0.005; a fade of 256 frames adds 0.002, a gain of 20 ms 0.0006.
    expect(outcome.step).toBeLessThan(0.008);
  });

  test("keeps within its memory, and computes again what it gave up", async () => {
    const outcome = await page.evaluate(async () => {
      const { live } = suite;
      const seconds = 20;
      const bytesPerSecond = 44100 * 4 * 2 * 2;
      const player = await live.tinyPlayer({ maxStemBytes: 6 * bytesPerSecond });
      await player.load({ sampleRate: 44100, channels: live.counterSong(seconds * 44100) });
      let most = 0;
      const sum = () => player.ready.reduce((total, { start, end }) => total + end - start, 0);
      player.addEventListener("progress", () => {
        most = Math.max(most, sum());
      });
      const isReady = (time: number) =>
        player.ready.some(({ start, end }) => start <= time && time < end);
      await live.until("the beginning", () => isReady(0) && isReady(2));
      player.currentTime = 15;
      await live.until("what is there", () => isReady(15) && isReady(17));
      const beginning = isReady(0);
      player.currentTime = 0;
      await live.until("the beginning again", () => isReady(0));
      const { computingSpeed } = player;
      await live.endPlayer(player);
      return { most, beginning, computingSpeed };
    });
    expect(outcome.most).toBeGreaterThan(3);
    expect(outcome.most).toBeLessThanOrEqual(6);
    expect(outcome.beginning).toBe(false);
    expect(outcome.computingSpeed).toBeGreaterThan(1);
  });

  if (isolated)
    test("plays what offline separation gives, to 60 dB", async () => {
      const outcome = await page.evaluate(async () => {
        const { live, divisi } = suite;
        const encoded = await (await fetch("/sample/song.ogg")).arrayBuffer();
        const context = new AudioContext({ sampleRate: 44100 });
        const whole = await context.decodeAudioData(encoded);
        const begin = 6 * 44100;
        const channels = [0, 1].map((c) =>
          whole.getChannelData(c).slice(begin, begin + 12 * 44100),
        );
        const options = { model: "spleeter-2stems", modelBase: "/models/" };
        const separator = await divisi.Separator.create(options);
        const offline =
          (await separator.separate({ sampleRate: 44100, channels })).stems.vocals ?? [];
        separator.close();
        const player = await divisi.StemPlayer.create(context, options);
        player.node.connect(context.destination);
        const start = performance.now();
        const take = await live.record(player.node);
        const buffer = new AudioBuffer({
          length: 12 * 44100,
          sampleRate: 44100,
          numberOfChannels: 2,
        });
        channels.forEach((samples, c) => {
          buffer.copyToChannel(samples, c);
        });
        player.solo("vocals");
        await player.load(buffer);
        await player.play();
        await live.until("sound", () => player.currentTime > 0.05);
        const soundAfter = (performance.now() - start) / 1000;
        await live.until("all stems", () => player.ready[0]?.end === 12);
        const readyAfter = (performance.now() - start) / 1000;
        const { computingSpeed } = player;
        player.currentTime = 8;
        await live.until("the end", () => player.ended);
        await live.sleep(200);
        const { underruns } = player;
        await live.endPlayer(player);
        const heard = take().channels;
        // The end is where silence begins; from there back, all but the first half second is compared.
        const last = heard[0]?.findLastIndex((sample) => sample !== 0) ?? 0;
        const tail = offline[0]?.findLastIndex((sample) => sample !== 0) ?? 0;
        const count = 3.5 * 44100;
        const cut = (samples: Float32Array | undefined, end: number) =>
          samples?.slice(end - count, end) ?? new Float32Array();
        const snr = [0, 1].map((c) => live.snrDb(cut(offline[c], tail), cut(heard[c], last)));
        return { snr, soundAfter, readyAfter, computingSpeed, underruns };
      });
      console.info(
        `  sound after ${outcome.soundAfter.toFixed(2)} s, stems of 12 s after ` +
          `${outcome.readyAfter.toFixed(1)} s; ${outcome.snr.map((x) => x.toFixed(0))} dB`,
      );
      for (const snr of outcome.snr) expect(snr).toBeGreaterThan(60);
      expect(outcome.underruns).toBe(0);
    });

  test("is rendered by an OfflineAudioContext like by a real one", async () => {
    const runs = await page.evaluate(async () => {
      const { live } = suite;
      const context = new OfflineAudioContext(2, 2 * 44100, 44100);
      const player = await live.tinyPlayer({}, context);
      await player.load({ sampleRate: 44100, channels: live.counterSong(44100) });
      // Offline time flies: it is stopped every 0.2 s, so that what is to be heard can be written.
      for (let at = 0.2; at < 2; at += 0.2) {
        context.suspend(at).then(async () => {
          if (at < 0.3) await player.play();
          await live.sleep(100);
          await context.resume();
        });
      }
      const rendered = await context.startRendering();
      const channels = [0, 1].map((c) => rendered.getChannelData(c));
      player.close();
      return live.countedRuns({ startFrame: 0, channels });
    });
    expect(runs.map(({ song, length }) => [song, length])).toEqual([[0, rate]]);
  });
});
