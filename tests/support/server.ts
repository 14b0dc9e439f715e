/** A plain file server for pages under test, on a port of its own. */

import { createReadStream, existsSync, statSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, normalize } from "node:path";

/** Answers what lies under a prefix: files of a folder, or whatever the function makes of the rest. */
export type Route =
  | string
  | ((path: string, response: ServerResponse, request: IncomingMessage) => void);

export interface Server {
  readonly origin: string;
  readonly port: number;
  /** Paths that were asked for. */
  readonly requests: string[];
  close(): Promise<void>;
}

const types: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".mjs": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".wasm": "application/wasm",
  ".css": "text/css",
};

/** @param routes the longest prefix that fits wins; a function at "/" stands for "/" alone */
export async function serve(
  routes: Readonly<Record<string, Route>>,
  headers: Readonly<Record<string, string>> = {},
): Promise<Server> {
  const prefixes = Object.keys(routes).sort((a, b) => b.length - a.length);
  const requests: string[] = [];
  const answer = (request: IncomingMessage, response: ServerResponse) => {
    const path = decodeURIComponent(new URL(request.url ?? "/", "http://localhost").pathname);
    requests.push(path);
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    const prefix = prefixes.find((candidate) =>
      candidate === "/" && typeof routes[candidate] === "function"
        ? path === "/"
        : path.startsWith(candidate),
    );
    const route = prefix === undefined ? undefined : routes[prefix];
    const rest = path.slice(prefix?.length);
    if (route === undefined) notFound(response);
    else if (typeof route === "string") sendFile(route, rest || "index.html", response);
    else route(rest, response, request);
  };
  const server = createServer(answer);
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    port,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

export function send(response: ServerResponse, type: string, body: string | Uint8Array): void {
  response.writeHead(200, { "content-type": type });
  response.end(body);
}

function sendFile(folder: string, path: string, response: ServerResponse): void {
  const file = join(folder, normalize(`/${path}`));
  if (!existsSync(file) || !statSync(file).isFile()) {
    notFound(response);
    return;
  }
  response.writeHead(200, {
    "content-type": types[extname(file)] ?? "application/octet-stream",
    "content-length": statSync(file).size,
  });
  createReadStream(file).pipe(response);
}

function notFound(response: ServerResponse): void {
  response.writeHead(404);
  response.end();
}
