// How the scripts start the package's command line: the built one, with the models of this clone.
import { inBuild, inRoot } from "./paths.mjs";

/** @param {string[]} args what would follow `npx divisi` */
export function cliCommand(args) {
  return {
    command: process.execPath,
    args: [inRoot("js/dist/cli/main.js"), ...args],
    env: { DIVISI_MODELS: process.env.DIVISI_MODELS ?? inBuild("models") },
  };
}
