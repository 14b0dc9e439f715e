// npm run demo: sets up, builds, serves the web demo's built folder on this machine and opens it.
// npm run build:demo (--build): only makes the folder, web-demo/dist, which any file server can serve.
import { spawn } from "node:child_process";
import { relative } from "node:path";
import { buildAll, buildDemo, demoFolder } from "./build/build.mjs";
import { serveFolder } from "./demo/server.mjs";
import { main } from "./lib/failure.mjs";
import { withLock } from "./lib/lock.mjs";
import { root } from "./lib/paths.mjs";
import { say } from "./lib/progress.mjs";
import { which } from "./lib/run.mjs";
import { setUp } from "./setup/setup.mjs";

const port = 4173;

await main(async () => {
  await withLock(async () => {
    await setUp();
    await buildAll();
    await buildDemo();
  });
  if (process.argv.includes("--build")) {
    say(`Built ${relative(root, demoFolder)}: any file server can serve it, below any path`);
    return 0;
  }
  const { url, closed } = await serveFolder(demoFolder, port);
  say(`The web demo is at ${url} (Ctrl+C ends it)`);
  openBrowser(url);
  await closed;
  return 0;
});

/** Where there is a screen: elsewhere the address is enough. */
function openBrowser(url) {
  const opener = { darwin: "open", linux: "xdg-open" }[process.platform];
  const hasScreen =
    process.platform !== "linux" || process.env.DISPLAY || process.env.WAYLAND_DISPLAY;
  if (!opener || !hasScreen || !which(opener)) return;
  spawn(opener, [url], { stdio: "ignore", detached: true })
    .on("error", () => {})
    .unref();
}
