import { createRequire } from "node:module";

/** Of the package. */
export function version(): string {
  const { version } = createRequire(import.meta.url)("divisi/package.json") as { version: string };
  return version;
}
