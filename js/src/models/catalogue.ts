/** The catalogue: models/manifest.json, whose part in use (models/catalogue.mjs) the build puts in the place of "#manifest". */

import manifest from "#manifest" with { type: "json" };
import type { ModelInfo } from "./types.js";

/** The models that divisi knows by name, the default one first. */
export const models: readonly ModelInfo[] = [...manifest.models]
  .sort((a, b) => Number(b.default ?? false) - Number(a.default ?? false))
  .map(({ name, title, task, file, dtype, size, sha256, sampleRate, channels, ...model }) => ({
    name,
    title,
    task: task as ModelInfo["task"],
    file,
    dtype: dtype as ModelInfo["dtype"],
    size,
    sha256,
    sampleRate,
    channels,
    stems: model.stems ?? [],
    labels: (model.labels ?? []) as ModelInfo["labels"],
    licence: model.licence,
  }));
