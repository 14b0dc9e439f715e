// The mixes of the quality bench: real music from Debian packages under synthetic singers. Made once;
// their Python packages are those of the sample song, in .deps/sample-venv.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { inBuild, inDeps, inRoot } from "../lib/paths.mjs";
import { step } from "../lib/progress.mjs";
import { run } from "../lib/run.mjs";
import { forget, isDone, markDone, treeDigest } from "../lib/stamp.mjs";
import { findPython } from "../setup/python.mjs";

const venv = inDeps("sample-venv");
const python = join(venv, "bin", "python");

export async function ensureMixes() {
  const inputs = ["backing", "dressing", "make_mixes", "recipes", "singers"].map((name) =>
    inRoot(`tests/bench/quality/${name}.py`),
  );
  const key = treeDigest([...inputs, inRoot("sample/songmaker")]);
  const outputs = [inBuild("quality/mixes/manifest.json")];
  if (isDone("quality-mixes", key, outputs)) return;
  forget("quality-mixes");
  await ensureSampleVenv();
  await step("Making the mixes of the quality bench", async () => {
    await run(python, [inRoot("tests/bench/quality/make_mixes.py")], {
      what: "Making the mixes of the quality bench",
      remedy: "they need Debian's apt-get (run `apt-get update` once) and ffmpeg",
      progress: (line) => line,
    });
    markDone("quality-mixes", key);
  });
}

async function ensureSampleVenv() {
  const requirements = inRoot("sample/requirements.txt");
  const key = { requirements: readFileSync(requirements, "utf8"), venv };
  if (isDone("sample-python", key, [python])) return;
  await step("Installing the Python packages that make mixes", async () => {
    if (!existsSync(python)) {
      await run(findPython() ?? "python3", ["-m", "venv", venv], {
        what: "Making a Python virtual environment",
        remedy: "as root: apt-get install python3-venv, then run this again",
      });
    }
    const options = ["--disable-pip-version-check", "--no-input", "--progress-bar", "off"];
    await run(python, ["-m", "pip", "install", ...options, "-r", requirements], {
      what: "Installing Python packages with pip",
      remedy: "check the network connection and run this again; two of them need a C++ compiler",
      progress: (line) => /^(Collecting|Downloading|Installing)/.exec(line.trim()) && line.trim(),
    });
    markDone("sample-python", key);
  });
}
