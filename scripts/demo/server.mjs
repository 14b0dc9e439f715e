// A plain file server for one folder, for this machine only.
import { createServer } from "node:http";

/**
 * Serves `folder` at `port` or, where that is taken, at a free one.
 * @returns {Promise<{url: string, closed: Promise<void>}>}
 */
export async function serveFolder(folder, port) {
  // Fetched here: before the set-up it need not be installed.
  const { default: sirv } = await import("sirv");
  // Built again, it is another page under the same address: browsers ask each time.
  const server = createServer(sirv(folder, { dev: true, etag: true }));
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
