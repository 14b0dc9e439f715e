/** What `--model` and `info` take: a name of the catalogue, or the path of a model file. */

import { readFile } from "node:fs/promises";
import { models } from "divisi";
import { CliError, describeFileError } from "../console/errors.js";

/** The catalogue's name as it is, or the bytes of the file. */
export async function modelArgument(model: string): Promise<string | Uint8Array> {
  if (models.some(({ name }) => name === model)) return model;
  try {
    return await readFile(model);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw describeFileError(error, model);
    const names = models.map(({ name }) => name).join(", ");
    throw new CliError(
      "model-not-found",
      `there is no model "${model}": the catalogue has ${names}, and there is no such file`,
    );
  }
}
