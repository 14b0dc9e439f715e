/** What an app names as a model, made into a request that a Worker can carry out. */

import { DivisiError } from "../base/errors.js";
import { badOption, checkFlag } from "../base/options.js";
import { platform } from "../base/platform.js";
import { show } from "../base/show.js";
import { folderUrl } from "../base/urls.js";
import { models } from "./catalogue.js";
import type { ModelInfo, ModelOptions, ModelPlace, ModelRequest } from "./types.js";

export function modelRequest(options: Partial<ModelOptions>): ModelRequest {
  const { model, modelBase, cache = true } = options;
  const sha256 = checkedHash(options.sha256);
  checkFlag("cache", cache);
  const entry = models.find(({ name }) => name === model);
  return entry
    ? { place: placeOf(entry, modelBase), sha256: entry.sha256, size: entry.size, cache }
    : { place: placeOfOther(model), sha256, size: undefined, cache };
}

function placeOf(model: ModelInfo, modelBase: string | URL | undefined): ModelPlace {
  if (modelBase !== undefined) {
    return { kind: "url", url: new URL(model.file, folderUrl(modelBase, "modelBase")).href };
  }
  if (platform.hasInstalledModels) return { kind: "installed", model };
  throw new DivisiError(
    "model-not-found",
    `${model.name}: name the folder that serves ${model.file} with the option modelBase`,
  );
}

function placeOfOther(model: unknown): ModelPlace {
  if (typeof model === "string" || model instanceof URL) return { kind: "url", url: urlOf(model) };
  if (model instanceof Blob) return { kind: "given", data: model };
  // Copies: the caller keeps what is theirs.
  if (model instanceof ArrayBuffer) return { kind: "given", data: new Uint8Array(model.slice(0)) };
  if (model instanceof Uint8Array) return { kind: "given", data: new Uint8Array(model) };
  throw new DivisiError(
    "bad-option",
    `model: expected a name, a URL, a Blob or bytes, got ${describe(model)}`,
  );
}

/** A string that the catalogue does not have is a URL, but one word is more likely a mistake. */
function urlOf(model: string | URL): string {
  if (typeof model === "string" && /^[\w-]*$/.test(model)) throw unknownModel(model);
  try {
    return new URL(model, platform.baseUrl()).href;
  } catch {
    throw unknownModel(String(model));
  }
}

function unknownModel(name: string): DivisiError {
  const known = models.map((entry) => entry.name).join(", ");
  return new DivisiError(
    "model-not-found",
    `there is no model ${JSON.stringify(name)}; the catalogue has ${known}`,
  );
}

function describe(value: unknown): string {
  const name = typeof value === "object" && value !== null && value.constructor?.name;
  return name || show(value);
}

function checkedHash(sha256: unknown): string | undefined {
  if (sha256 === undefined) return undefined;
  if (typeof sha256 === "string" && /^[0-9a-f]{64}$/i.test(sha256)) return sha256.toLowerCase();
  throw badOption("sha256", "64 hex digits", sha256);
}
