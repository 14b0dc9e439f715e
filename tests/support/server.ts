/** A plain file server for pages under test, on a port of its own. */

import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import sirv from "sirv";

type Answer = (path: string, response: ServerResponse, request: IncomingMessage) => void;

/** Answers what lies under a prefix: files of a folder, or whatever the function makes of the rest. */
export type Route = string | Answer;

export interface Server {
  readonly origin: string;
  readonly port: number;
  /** Paths that were asked for. */
  readonly requests: string[];
  close(): Promise<void>;
}

/** @param routes the longest prefix that fits wins; a function at "/" stands for "/" alone */
export async function serve(
  routes: Readonly<Record<string, Route>>,
  headers: Readonly<Record<string, string>> = {},
): Promise<Server> {
  const prefixes = Object.keys(routes).sort((a, b) => b.length - a.length);
  const requests: string[] = [];
  const answers = new Map(
    Object.entries(routes).map(([prefix, route]) => [
      prefix,
      typeof route === "string" ? filesOf(route) : route,
    ]),
  );
  const answer = (request: IncomingMessage, response: ServerResponse) => {
    const path = decodeURIComponent(new URL(request.url ?? "/", "http://localhost").pathname);
    requests.push(path);
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    const prefix = prefixes.find((candidate) =>
      candidate === "/" && typeof routes[candidate] === "function"
        ? path === "/"
        : path.startsWith(candidate),
    );
    const found = prefix === undefined ? undefined : answers.get(prefix);
    if (found) found(path.slice(prefix?.length), response, request);
    else response.writeHead(404).end();
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

function filesOf(folder: string): Answer {
  // Looks at the disk for every request: tests write files meanwhile.
  const answer = sirv(folder, { dev: true, etag: true });
  return (path, response, request) => {
    request.url = `/${encodeURI(path)}`;
    answer(request, response);
  };
}
