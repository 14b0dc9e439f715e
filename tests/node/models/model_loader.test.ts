// The model store in Node: installed packages, folders, servers that break off, servers that lie.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";
import { DivisiError, loadModel, models, type Progress, Separator } from "divisi";
import { afterEach, describe, expect, test } from "vitest";
import { modelsFolder } from "../../suite/fixtures.js";
import { tinyModel } from "../../suite/tiny_model.js";

const model = tinyModel();
const sha256 = createHash("sha256").update(model).digest("hex");

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

/** A server whose every answer `answer` gives. @returns the URL of a file there. */
async function serveWith(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<string> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  closers.push(
    () =>
      new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      }),
  );
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/tiny.safetensors`;
}

/** Sends `bytes`, but hangs up after the first `count` of them. */
function breakOff(response: ServerResponse, bytes: Uint8Array, count: number): void {
  response.writeHead(200, { "content-length": bytes.length, etag: '"1"' });
  response.write(bytes.subarray(0, count), () => response.destroy());
}

describe("a model by URL", () => {
  test("is fetched with progress", async () => {
    const url = await serveWith((_request, response) => response.end(model));
    const seen: Progress[] = [];
    const bytes = await loadModel({ model: url, sha256, onProgress: (p) => seen.push(p) });
    expect(Buffer.compare(bytes, model)).toBe(0);
    expect(seen.at(-1)).toEqual({ done: model.length, total: model.length, unit: "bytes" });
  });

  test("goes on where the connection broke", async () => {
    const ranges: (string | undefined)[] = [];
    const url = await serveWith((request, response) => {
      const { range, "if-range": ifRange } = request.headers;
      ranges.push(range);
      if (!range || ifRange !== '"1"') {
        breakOff(response, model, 500);
        return;
      }
      const start = Number(/\d+/.exec(range)?.[0]);
      response.writeHead(206, {
        "content-range": `bytes ${start}-${model.length - 1}/${model.length}`,
      });
      response.end(model.subarray(start));
    });
    const bytes = await loadModel({ model: url, sha256 });
    expect(Buffer.compare(bytes, model)).toBe(0);
    expect(ranges).toEqual([undefined, "bytes=500-"]);
  });

  test("starts afresh where the server cannot go on", async () => {
    let answers = 0;
    const url = await serveWith((_request, response) => {
      answers += 1;
      if (answers === 1) breakOff(response, model, 500);
      else response.end(model);
    });
    expect(Buffer.compare(await loadModel({ model: url, sha256 }), model)).toBe(0);
  });

  test("that never comes whole is a network error", async () => {
    const url = await serveWith((_request, response) => breakOff(response, model, 500));
    await expect(loadModel({ model: url, sha256 })).rejects.toMatchObject({
      code: "network",
      message: expect.stringContaining(url),
    });
  });

  test("with another hash is refused", async () => {
    const url = await serveWith((_request, response) => response.end("something else"));
    await expect(loadModel({ model: url, sha256 })).rejects.toMatchObject({
      code: "integrity",
      message: expect.stringMatching(new RegExp(`${url}.*${sha256}.*14 bytes`)),
    });
  });

  test.each([
    [404, "model-not-found"],
    [500, "network"],
  ])("answered with HTTP %i is %s", async (status, code) => {
    const url = await serveWith((_request, response) => response.writeHead(status).end());
    await expect(loadModel({ model: url })).rejects.toMatchObject({
      code,
      message: `${url}: HTTP ${status}`,
    });
  });

  const page = "<!doctype html><html><title>An app</title></html>";

  test.each([
    ["as it is", "text/html; charset=utf-8", page],
    ["without its type", "application/octet-stream", `\ufeff\n<!-- built -->\n${page}`],
    ["without a doctype", "text/html", "<title>An app</title>"],
    ["that is long", "text/html", page + " ".repeat(100_000)],
  ])("answered with an app's page, %s, is not there", async (_, type, text) => {
    const url = await serveWith((_request, response) => {
      response.writeHead(200, { "content-type": type });
      response.end(text);
    });
    // Neither size nor hash are spoken of, nor is it read to its end.
    await expect(loadModel({ model: url, sha256 })).rejects.toMatchObject({
      code: "model-not-found",
      message: `${url}: is not there: the server answered with a web page instead of the file`,
    });
  });

  test("sent on to an app's page is not there, and where it led is told", async () => {
    const url = await serveWith((request, response) => {
      if (request.url === "/") response.writeHead(200, { "content-type": "text/html" }).end(page);
      else response.writeHead(302, { location: "/" }).end();
    });
    const { origin } = new URL(url);
    await expect(loadModel({ model: url })).rejects.toMatchObject({
      code: "model-not-found",
      message: expect.stringContaining(`${url}: is not there: `) as unknown,
    });
    await expect(loadModel({ model: url })).rejects.toThrow(` from ${origin}/ instead of`);
  });

  test("of a server that calls everything a page is taken all the same", async () => {
    const url = await serveWith((_request, response) => {
      response.writeHead(200, { "content-type": "text/html" });
      response.end(model);
    });
    expect(Buffer.compare(await loadModel({ model: url, sha256 }), model)).toBe(0);
  });

  test("a page in the place of the Wasm is told as such, too", async () => {
    const url = await serveWith((_request, response) => response.end(page));
    const creating = Separator.create({ model, wasmBase: new URL(".", url) });
    await expect(creating).rejects.toMatchObject({
      code: "network",
      message: expect.stringMatching(/divisi-.*\.wasm: is not there: .* a web page/) as unknown,
    });
  });

  test("on a host that is not there is a network error", async () => {
    const loading = loadModel({ model: "http://127.0.0.1:1/tiny.safetensors" });
    await expect(loading).rejects.toMatchObject({ code: "network" });
  });

  test("can be aborted while the server is silent", async () => {
    const url = await serveWith(() => undefined);
    const signal = AbortSignal.timeout(50);
    await expect(loadModel({ model: url, signal })).rejects.toMatchObject({ name: "TimeoutError" });
    const controller = new AbortController();
    const loading = loadModel({ model: url, signal: controller.signal });
    controller.abort();
    await expect(loading).rejects.toMatchObject({ name: "AbortError" });
  });
});

describe("a model on this machine", () => {
  test("is read by file URL, also as the catalogue's", async () => {
    const folder = await mkdtemp(join(tmpdir(), "divisi-"));
    closers.push(() => rm(folder, { recursive: true }));
    const path = join(folder, "tiny.safetensors");
    await writeFile(path, model);
    const bytes = await loadModel({ model: pathToFileURL(path), sha256 });
    expect(Buffer.compare(bytes, model)).toBe(0);
    const missing = loadModel({ model: pathToFileURL(join(folder, "gone")) });
    await expect(missing).rejects.toMatchObject({
      code: "model-not-found",
      message: expect.stringContaining(join(folder, "gone")),
    });
  });

  test("is found by its name, and its hash is checked", async () => {
    const name = models[0]?.name ?? "";
    const bytes = await loadModel({ model: name });
    expect(createHash("sha256").update(bytes).digest("hex")).toBe(models[0]?.sha256);
    const folder = await mkdtemp(join(tmpdir(), "divisi-"));
    closers.push(() => rm(folder, { recursive: true }));
    const modelBase = pathToFileURL(folder);
    await expect(loadModel({ model: name, modelBase })).rejects.toMatchObject({
      code: "model-not-found",
    });
    await writeFile(join(folder, models[0]?.file ?? ""), model);
    await expect(loadModel({ model: name, modelBase })).rejects.toMatchObject({
      code: "integrity",
      message: expect.stringContaining(`${model.length} bytes`),
    });
    expect((await loadModel({ model: name, modelBase: modelsFolder })).length).toBe(bytes.length);
  });
});

test("an open separator does not keep the process alive", async () => {
  const script = `
    import { Separator } from "divisi";
    await Separator.create({ model: "spleeter-2stems" });
    console.log("ready");`;
  const { status, stdout } = spawnSync(
    process.execPath,
    ["--input-type=module", "--eval", script],
    { timeout: 60_000, encoding: "utf8" },
  );
  expect([status, stdout]).toEqual([0, "ready\n"]);
});

test("a Worker that died is replaced for the next call", async () => {
  const separator = await Separator.create({ model });
  const audio = { sampleRate: 44100, channels: [new Float32Array(44100 * 60).fill(0.1)] };
  // What a browser under pressure does to Workers: the thread ends without a word.
  const { terminate } = Worker.prototype;
  const post = Worker.prototype.postMessage;
  let victim: InstanceType<typeof Worker> | undefined;
  Worker.prototype.postMessage = function (...args: Parameters<typeof post>) {
    victim = this;
    return post.apply(this, args);
  };
  try {
    const call = separator.separate(audio, { onProgress: () => victim && terminate.call(victim) });
    await expect(call).rejects.toBeInstanceOf(DivisiError);
    await expect(call).rejects.toMatchObject({ code: "internal" });
  } finally {
    Worker.prototype.postMessage = post;
  }
  const { stems } = await separator.separate({
    sampleRate: 44100,
    channels: [new Float32Array(100)],
  });
  expect(stems.vocals?.[0]?.length).toBe(100);
  separator.close();
});
