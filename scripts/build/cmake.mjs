// Configures and builds one CMake preset. Ninja does only what has changed.
import { existsSync, readFileSync } from "node:fs";
import { delimiter } from "node:path";
import { inBuild, inRoot, root } from "../lib/paths.mjs";
import { step } from "../lib/progress.mjs";
import { run } from "../lib/run.mjs";
import { forget, isDone, markDone } from "../lib/stamp.mjs";
import { ownSources } from "../setup/sources.mjs";

/** CMake options that come from the environment. */
function options() {
  const list = Object.entries(ownSources()).map(([name, folder]) => `-D${name}=${folder}`);
  list.push(`-DDIVISI_WERROR=${process.env.DIVISI_WERROR === "1" ? "ON" : "OFF"}`);
  return list;
}

/** emcc --emit-tsd looks for TypeScript's compiler on PATH. */
const env = () => ({ PATH: inRoot("node_modules/.bin") + delimiter + process.env.PATH });

/** Configures a preset of CMakePresets.json, unless it is configured so already. */
export async function configurePreset(preset) {
  const folder = inBuild(preset);
  const presets = readFileSync(inRoot("CMakePresets.json"), "utf8");
  const key = { presets, options: options(), root };
  const stamp = `configure-${preset}`;
  if (isDone(stamp, key, [`${folder}/build.ninja`])) return;
  forget(stamp);
  const fresh = isForeign(folder) ? ["--fresh"] : [];
  await run("cmake", ["--preset", preset, ...fresh, ...options()], {
    env: env(),
    what: `Configuring the CMake preset ${preset}`,
  });
  markDone(stamp, key);
}

/**
 * @param {string} preset a preset of CMakePresets.json
 * @param {string} title what is built, for the person at the terminal
 * @param {string[]} targets all, if none is named
 */
export async function buildPreset(preset, title, targets = []) {
  await step(`Building ${title}`, async () => {
    await configurePreset(preset);
    await run(
      "cmake",
      ["--build", "--preset", preset, ...targets.flatMap((name) => ["--target", name])],
      {
        env: env(),
        what: `Building ${title}`,
        progress: (line) => /^\[(\d+)\/(\d+)\]/.exec(line)?.slice(1, 3).join(" of "),
      },
    );
  });
}

/** Whether a build folder was configured elsewhere: a clone that has been moved. */
function isForeign(folder) {
  const cache = `${folder}/CMakeCache.txt`;
  if (!existsSync(cache)) return false;
  return !readFileSync(cache, "utf8").includes(`CMAKE_HOME_DIRECTORY:INTERNAL=${root}\n`);
}
