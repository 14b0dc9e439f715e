import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

// The projects run one after another: timings in the browser mean nothing beside other work.
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "node",
          include: ["tests/node/**/*.test.ts", "tests/demo/node/**/*.test.ts"],
          // Models lie where the build puts them; an installed divisi-models must not be found first.
          env: { DIVISI_MODELS: fileURLToPath(new URL("build/models", import.meta.url)) },
          testTimeout: 300_000,
          hookTimeout: 300_000,
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: "browser",
          include: ["tests/browser/**/*.test.ts"],
          testTimeout: 300_000,
          hookTimeout: 300_000,
          maxWorkers: 1,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: "package",
          include: ["tests/package/**/*.test.ts"],
          testTimeout: 300_000,
          hookTimeout: 300_000,
          maxWorkers: 1,
          sequence: { groupOrder: 2 },
        },
      },
      {
        test: {
          name: "demo",
          include: ["tests/demo/*.test.ts"],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          maxWorkers: 1,
          sequence: { groupOrder: 3 },
        },
      },
      {
        test: {
          // Run by `npm run test:htdemucs` alone; skips everything where it is not told a folder.
          name: "htdemucs",
          include: ["tests/htdemucs/*.test.ts"],
          testTimeout: 600_000,
          hookTimeout: 600_000,
          maxWorkers: 1,
          sequence: { groupOrder: 4 },
        },
      },
      {
        test: {
          // Run by `npm run test:layouts` alone; skips what has not been made.
          name: "layouts",
          include: ["tests/layouts/*.test.ts"],
          testTimeout: 1_800_000,
          hookTimeout: 600_000,
          maxWorkers: 1,
          sequence: { groupOrder: 5 },
        },
      },
    ],
  },
});
