// What only a page can show: its main thread, its network, its caches, its Workers.
import { readFileSync } from "node:fs";
import type { Browser, Page, Request } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Suite } from "./page.js";
import { openIn, openSite, type Site } from "./pages.js";

declare const suite: Suite;

/** A page must never be held up for longer than this: a task that takes more can be felt. */
const longTaskMilliseconds = 50;
/**
 * Other processes may take the CPU away in the middle of a short task; a task that is too long by
 * itself is too long every time.
 */
const timed = { retry: 2 };
/** Resolved by Chromium itself to this machine, and not a secure context, unlike 127.0.0.1. */
const insecureHost = "insecure.test";

let site: Site;
beforeAll(async () => {
  site = await openSite(`--host-resolver-rules=MAP ${insecureHost} 127.0.0.1`);
});
afterAll(() => site?.close());

describe("a page", () => {
  let page: Page;
  let requests: Request[];
  beforeEach(async () => {
    page = await site.open();
    requests = [];
    page.on("request", (request) => requests.push(request));
    return () => page.context().close();
  });

  test("separates what decodeAudioData made, and its main thread stays free", timed, async () => {
    const outcome = await page.evaluate(async () => {
      const encoded = await (await fetch("/sample/song.ogg")).arrayBuffer();
      const audio = await new OfflineAudioContext(2, 1, 44100).decodeAudioData(encoded);
      const watch = suite.watchTasks();
      const separator = await suite.divisi.Separator.create({
        model: "spleeter-2stems",
        modelBase: "/models/",
      });
      const start = performance.now();
      const { stems, sampleRate } = await separator.separate(audio);
      const seconds = (performance.now() - start) / 1000;
      const { variant, wasmMemoryBytes } = await separator.inspect();
      separator.close();
      const tasks = await watch.durations();
      const peak = (samples?: Float32Array) => samples?.reduce((m, s) => Math.max(m, s), 0) ?? 0;
      return {
        tasks,
        sampleRate,
        frames: [audio.length, stems.vocals?.[0]?.length, stems.accompaniment?.[1]?.length],
        peaks: [peak(stems.vocals?.[0]), peak(stems.accompaniment?.[0])],
        realTimeFactor: audio.duration / seconds,
        variant,
        mebibytes: wasmMemoryBytes / 2 ** 20,
      };
    });
    console.log(
      `  Chromium, ${outcome.variant}: ${outcome.realTimeFactor.toFixed(1)} times real time, ` +
        `${outcome.mebibytes.toFixed(0)} MiB of Wasm memory`,
    );
    expect(outcome.tasks.filter((duration) => duration > longTaskMilliseconds)).toEqual([]);
    expect(outcome.sampleRate).toBe(44100);
    expect(new Set(outcome.frames).size).toBe(1);
    for (const peak of outcome.peaks) expect(peak).toBeGreaterThan(0.01);
    // The most that default chunking may take.
    expect(outcome.mebibytes).toBeLessThan(400);
  });

  test.each(["simd", "relaxed-simd"] as const)(
    "tags what decodeAudioData made with %s, and its main thread stays free",
    timed,
    async (variant) => {
      const outcome = await page.evaluate(async (variant) => {
        const encoded = await (await fetch("/sample/song.ogg")).arrayBuffer();
        const audio = await new OfflineAudioContext(2, 1, 44100).decodeAudioData(encoded);
        const watch = suite.watchTasks();
        const tagger = await suite.divisi.Tagger.create({
          model: "musicnn-mtt",
          modelBase: "/models/",
          variant,
        });
        const { tags, taggram } = await tagger.tag(audio);
        const tasks = await watch.durations();
        // Two minutes, so that opening a stream weighs little; the best of three: the others were
        // held up by something else.
        const channel = Float32Array.from({ length: 120 * 44100 }, () => Math.random() - 0.5);
        const long = { sampleRate: 44100, channels: [channel, channel] };
        let patchMilliseconds = Infinity;
        for (let i = 0; i < 3; i++) {
          const start = performance.now();
          const { rows } = (await tagger.tag(long)).taggram;
          const each = (performance.now() - start) / rows.length;
          patchMilliseconds = Math.min(patchMilliseconds, each);
        }
        const { wasmMemoryBytes } = await tagger.inspect();
        tagger.close();
        return {
          tags: tags.slice(0, 3).map(({ name, score }) => `${name} ${score.toFixed(2)}`),
          patches: taggram.rows.length,
          seconds: audio.duration,
          tasks,
          patchMilliseconds,
          mebibytes: wasmMemoryBytes / 2 ** 20,
        };
      }, variant);
      console.log(
        `  Chromium, ${variant}: ${outcome.patchMilliseconds.toFixed(1)} ms a patch of 3 s, ` +
          `${outcome.mebibytes.toFixed(0)} MiB of Wasm memory; ${outcome.tags.join(", ")}`,
      );
      expect(outcome.tasks.filter((duration) => duration > longTaskMilliseconds)).toEqual([]);
      expect(outcome.patches).toBe(Math.floor(outcome.seconds / 2.992));
      // Weights of 2 MiB, XNNPACK's copies of them, a patch's activations, and stages for audio.
      expect(outcome.mebibytes).toBeLessThan(64);
    },
  );

  test("asks nobody but the app's own origin", async () => {
    await page.evaluate(async () => {
      const separator = await suite.divisi.Separator.create({
        model: "spleeter-2stems",
        modelBase: "/models/",
      });
      separator.close();
    });
    const foreign = requests
      .map((request) => request.url())
      .filter((u) => !u.startsWith(site.server.origin));
    expect(foreign).toEqual([]);
    expect(requests.some((request) => request.url().endsWith(".safetensors"))).toBe(true);
  });

  test("asks nobody at all without modelBase", async () => {
    const error = await page.evaluate(() =>
      suite.divisi.Separator.create({ model: "spleeter-2stems" }).catch(String),
    );
    expect(error).toMatch(/DivisiError: spleeter-2stems: .*modelBase/);
    const models = requests.filter((request) => request.url().includes("safetensors"));
    expect(models).toEqual([]);
  });

  test("gives its workers back on close", async () => {
    expect(page.workers().length).toBe(0);
    await page.evaluate(async () => {
      const options = { model: "spleeter-2stems", modelBase: "/models/" };
      const { Separator } = suite.divisi;
      const pair = await Promise.all([Separator.create(options), Separator.create(options)]);
      Object.assign(globalThis, { pair });
    });
    expect(page.workers().length).toBe(2);
    await page.evaluate(() => {
      const { pair } = globalThis as unknown as { pair: { close(): void }[] };
      for (const separator of pair) separator.close();
    });
    await expect.poll(() => page.workers().length).toBe(0);
  });

  test("gives the memory back on close", async () => {
    const before = await residentMebibytes(site.browser);
    await page.evaluate(async () => {
      const separator = await suite.divisi.Separator.create({
        model: "spleeter-2stems",
        modelBase: "/models/",
      });
      const channels = [new Float32Array(44100).fill(0.1)];
      await separator.separate({ sampleRate: 44100, channels });
      Object.assign(globalThis, { separator });
    });
    const during = await residentMebibytes(site.browser);
    // The weights alone take 75 MiB once they are expanded to float32.
    expect(during - before).toBeGreaterThan(75);
    await page.evaluate(() => {
      (globalThis as unknown as { separator: { close(): void } }).separator.close();
    });
    // The browser takes its time to unmap what a Worker had, and keeps a little for the next one.
    await expect
      .poll(async () => (await residentMebibytes(site.browser)) - before, { timeout: 20_000 })
      .toBeLessThan((during - before) / 4);
  });

  test("gets errors, not silence, when its files are missing", async () => {
    const messages = await page.evaluate(async () => {
      const options = { model: "spleeter-2stems", modelBase: "/models/" };
      const bad = [
        { workerUrl: "/gone.js" },
        { wasmBase: "/gone/" },
        { modelBase: "/gone" },
        { workerUrl: "https://elsewhere.test/worker.js" },
        // The server has the app's page for everything that it doesn't have.
        { modelBase: "/app/models/" },
        { wasmBase: "/app/wasm/" },
      ];
      return Promise.all(
        bad.map((more) => suite.divisi.Separator.create({ ...options, ...more }).catch(String)),
      );
    });
    expect(messages[0]).toMatch(/DivisiError: .*gone\.js/);
    expect(messages[1]).toMatch(/DivisiError: .*gone\/divisi-.*\.wasm: HTTP 404/);
    expect(messages[2]).toMatch(/DivisiError: .*gone\/spleeter-2stems\.safetensors: HTTP 404/);
    expect(messages[3]).toMatch(/DivisiError: .*elsewhere\.test/);
    expect(messages[4]).toMatch(
      /\/app\/models\/spleeter-2stems\.safetensors: is not there: .*web page/,
    );
    expect(messages[5]).toMatch(/\/app\/wasm\/divisi-.*\.wasm: is not there: .*web page/);
  });
});

describe("the model store", () => {
  test("needs no network for the second visit", async () => {
    const context = await site.browser.newContext();
    const first = await openIn(context, site.server.origin);
    const seen = await first.evaluate(loadWithProgress);
    expect(seen.at(-1)).toEqual({ done: 39329912, total: 39329912, unit: "bytes" });
    await first.close();
    // Everything that is not the app's own code is cut off.
    await context.route(/safetensors/, (route) => route.abort());
    const second = await openIn(context, site.server.origin);
    expect(await second.evaluate(loadWithProgress)).toEqual([]);
    await context.close();
  });

  test("fetches again what was damaged in the cache", async () => {
    const page = await site.open();
    await page.evaluate(loadWithProgress);
    await page.evaluate(async () => {
      const cache = await caches.open("divisi-models");
      for (const key of await cache.keys()) await cache.put(key, new Response("damaged"));
    });
    expect(await page.evaluate(loadWithProgress)).not.toEqual([]);
    expect(await page.evaluate(loadWithProgress)).toEqual([]);
    await page.context().close();
  });

  test("is fetched once where two want it at once", async () => {
    const page = await site.open();
    let requests = 0;
    page.context().on("request", (request) => {
      if (request.url().includes("safetensors")) requests += 1;
    });
    await page.evaluate(async () => {
      const options = { model: "spleeter-2stems-int8", modelBase: "/models/" };
      const both = [1, 2].map(() => suite.divisi.Separator.create(options));
      for (const separator of await Promise.all(both)) separator.close();
    });
    expect(requests).toBe(1);
    await page.context().close();
  });

  test("can be kept from caching, and can be aborted", async () => {
    const page = await site.open();
    const outcome = await page.evaluate(async () => {
      const options = { model: "spleeter-2stems", modelBase: "/models/", cache: false };
      const controller = new AbortController();
      const aborted = suite.divisi.Separator.create({
        ...options,
        signal: controller.signal,
        onProgress: () => controller.abort(),
      }).catch((error) => error.name);
      const name = await aborted;
      (await suite.divisi.Separator.create(options)).close();
      return { name, keys: (await (await caches.open("divisi-models")).keys()).length };
    });
    expect(outcome).toEqual({ name: "AbortError", keys: 0 });
    await page.context().close();
  });

  test(
    "works on an origin without crypto.subtle and caches, without holding the page up",
    timed,
    async () => {
      const page = await site.open(insecureHost);
      expect(await page.evaluate(() => [isSecureContext, "caches" in globalThis])).toEqual([
        false,
        false,
      ]);
      const tasks = await page.evaluate(async () => {
        const watch = suite.watchTasks();
        const options = { model: "spleeter-2stems", modelBase: "/models/" };
        (await suite.divisi.Separator.create(options)).close();
        return watch.durations();
      });
      expect(tasks.filter((duration) => duration > longTaskMilliseconds)).toEqual([]);
      await page.context().close();
    },
  );
});

/** Memory that the pages' processes have in RAM. */
async function residentMebibytes(browser: Browser): Promise<number> {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send("SystemInfo.getProcessInfo");
  await session.detach();
  const renderers = processInfo.filter(({ type }) => type === "renderer");
  const kibibytes = renderers.map(({ id }) =>
    Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${id}/status`, "utf8"))?.[1] ?? 0),
  );
  return kibibytes.reduce((sum, size) => sum + size, 0) / 1024;
}

/** Runs in the page: loads the default model and returns the reports of its download. */
async function loadWithProgress(): Promise<unknown[]> {
  const seen: unknown[] = [];
  const separator = await suite.divisi.Separator.create({
    model: "spleeter-2stems",
    modelBase: "/models/",
    onProgress: (progress) => seen.push(progress),
  });
  separator.close();
  return seen;
}
