/**
 * What `--model` and `info` take: a name of the catalogue, the path of a model file, or the name of a
 * model that `divisi import` has made.
 */

import { readFile } from "node:fs/promises";
import { models } from "divisi";
import { CliError, describeFileError } from "../console/errors.js";
import { hasUserModel, userModelPath, userModels } from "./user_models.js";

/** The catalogue's name as it is, or the bytes of the file. */
export async function modelArgument(model: string): Promise<string | Uint8Array> {
  if (models.some(({ name }) => name === model)) return model;
  try {
    return await readFile(model);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw describeFileError(error, model);
  }
  if (hasUserModel(model)) return readUserModel(model);
  const names = models.map(({ name }) => name).join(", ");
  const own = userModels();
  const imported = own.length === 0 ? "" : `, you have imported ${own.join(", ")}`;
  throw new CliError(
    "model-not-found",
    `there is no model "${model}": the catalogue has ${names}${imported}, and there is no such file`,
  );
}

async function readUserModel(model: string): Promise<Uint8Array> {
  const path = userModelPath(model);
  try {
    return await readFile(path);
  } catch (error) {
    throw describeFileError(error, path);
  }
}
