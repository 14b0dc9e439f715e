import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";
import { modelFiles, serviceWorker, texts } from "./build/files.ts";
import { contentSecurityPolicy } from "./build/policy.ts";
import { documentStrings } from "./src/shared/strings.ts";

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

export default defineConfig({
  root: path("."),
  // The folder works wherever it is put, also below another path.
  base: "./",
  build: {
    target: "es2022",
    // Nothing is inlined as data: the policy has no room for it.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  plugins: [
    texts(documentStrings),
    contentSecurityPolicy(),
    modelFiles(path("../build/packages/divisi-models"), [
      "spleeter-2stems-int8.safetensors",
      "spleeter-2stems.safetensors",
      "musicnn-mtt.safetensors",
      "musicnn-msd.safetensors",
      "beatnet.safetensors",
      "crema-chords.safetensors",
      "basic-pitch.safetensors",
      "swift-f0.safetensors",
    ]),
    serviceWorker(path("src/offline/service_worker.ts"), "service_worker.js"),
  ],
});
