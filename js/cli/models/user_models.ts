/** The user's own models: files that `divisi import` has made, by name. */

import { existsSync, readdirSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

const ending = ".safetensors";

/** Where they are kept; DIVISI_MODELS names another folder. */
export function userModelFolder(): string {
  const { DIVISI_MODELS, XDG_DATA_HOME, LOCALAPPDATA } = process.env;
  if (DIVISI_MODELS) return DIVISI_MODELS;
  if (process.platform === "win32") {
    return join(LOCALAPPDATA || join(homedir(), "AppData", "Local"), "divisi", "models");
  }
  if (process.platform === "darwin") {
    return join(homedir(), "Library", "Application Support", "divisi", "models");
  }
  return join(XDG_DATA_HOME || join(homedir(), ".local", "share"), "divisi", "models");
}

/** What a model may be called, so that no name leaves the folder. */
export function isModelName(name: string): boolean {
  return /^[a-z0-9][a-z0-9._-]{0,63}$/i.test(name);
}

/** The path of a model's file, whether it is there or not. */
export function userModelPath(name: string): string {
  return join(userModelFolder(), name + ending);
}

export function hasUserModel(name: string): boolean {
  return isModelName(name) && existsSync(userModelPath(name));
}

/** Names, sorted; none where there is no folder. */
export function userModels(): string[] {
  try {
    return readdirSync(userModelFolder())
      .filter((file) => file.endsWith(ending))
      .map((file) => file.slice(0, -ending.length))
      .filter(isModelName)
      .sort();
  } catch {
    return [];
  }
}
