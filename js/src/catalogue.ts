/** The catalogue: models/manifest.json, whose part in use the build puts in the place of "#manifest". */

import manifest from "#manifest" with { type: "json" };
import type { ModelInfo } from "./types.js";

/** The models that divisi knows by name, the default one first. */
export const models: readonly ModelInfo[] = [...manifest.models]
  .sort((a, b) => Number(b.default ?? false) - Number(a.default ?? false))
  .map(
    ({ name, title, task, file, size, sha256, sampleRate, channels, stems, labels, licence }) => ({
      name,
      title,
      task: task as ModelInfo["task"],
      file,
      size,
      sha256,
      sampleRate,
      channels,
      stems: stems ?? [],
      labels: (labels ?? []) as ModelInfo["labels"],
      licence,
    }),
  );
