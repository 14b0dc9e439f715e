/** The web demo's built folder, served as any file server would: plainly, below a path. */

import { existsSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { bandModel } from "../suite/band_model.js";
import { type Server, send, serve } from "../support/server.js";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export const builtFolder = here("../../web-demo/dist");

/** The bundled sample's path in the folder. */
export function samplePath(): string {
  const name = readdirSync(`${builtFolder}/assets`).find((file) => file.endsWith(".ogg"));
  if (!name) throw new Error("the built demo has no sample");
  return `assets/${name}`;
}

/** The page's address, from its folder on, with a model of four stems for ?model=…. */
export const withFourStems = "?model=models-for-tests/four_bands.safetensors";

export interface DemoSite {
  /** Where the demo is, on a host that browsers take for a secure one. */
  readonly url: string;
  readonly server: Server;
  close(): Promise<void>;
}

export async function openDemoSite(path = "/some/where/"): Promise<DemoSite> {
  if (!existsSync(builtFolder)) throw new Error("no built demo: run `npm run build:demo`");
  const server = await serve({
    [path]: builtFolder,
    [`${path}models-for-tests/four_bands.safetensors`]: (_path, response) =>
      send(response, "application/octet-stream", Buffer.from(bandModel({ chunkFrames: 256 }))),
  });
  return {
    url: `http://localhost:${server.port}${path}`,
    server,
    close: () => server.close(),
  };
}
