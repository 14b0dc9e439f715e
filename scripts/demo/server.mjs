// A plain file server for one folder, for this machine only.
import { createReadStream, statSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";

const kTypes = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".ogg": "audio/ogg",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
  ".webmanifest": "application/manifest+json",
  ".woff2": "font/woff2",
};

/**
 * Serves `folder` at `port` or, where that is taken, at a free one.
 * @returns {Promise<{url: string, closed: Promise<void>}>}
 */
export async function serveFolder(folder, port) {
  const server = createServer((request, response) => answer(folder, request, response));
  const address = await listen(server, port).catch(() => listen(server, 0));
  return {
    url: `http://localhost:${address.port}/`,
    closed: new Promise((resolve) => server.on("close", resolve)),
  };
}

function listen(server, port) {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "localhost", () => {
      server.off("error", reject);
      resolve(server.address());
    });
  });
}

function answer(folder, request, response) {
  const { pathname } = new URL(request.url ?? "/", "http://localhost");
  const path = normalize(`/${decodeURIComponent(pathname)}`);
  const file = join(folder, path.endsWith("/") ? `${path}index.html` : path);
  const found = statSync(file, { throwIfNoEntry: false });
  if (!found?.isFile()) {
    response.writeHead(404).end();
    return;
  }
  response.writeHead(200, {
    "content-type": kTypes[extname(file)] ?? "application/octet-stream",
    "content-length": found.size,
    // Built again, it is another page under the same address.
    "cache-control": "no-cache",
  });
  createReadStream(file).pipe(response);
}
