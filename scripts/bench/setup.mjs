// What only the bench needs: the npm packages of the other runtimes, in tests/bench/node_modules,
// and Python packages: those that write their model files, in .deps/bench-venv, and those that score
// analyses, in .deps/analysis-venv.
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { inDeps, inRoot } from "../lib/paths.mjs";
import { step } from "../lib/progress.mjs";
import { run } from "../lib/run.mjs";
import { isDone, markDone } from "../lib/stamp.mjs";
import { ensureOwnPackages } from "../setup/npm.mjs";
import { findPython } from "../setup/python.mjs";

export function ensureBenchPackages() {
  return ensureOwnPackages({
    name: "bench-npm",
    title: "Installing the other runtimes' npm packages",
    folder: "tests/bench",
  });
}

const pythonOf = (venv) => join(venv, "bin", "python");
const benchVenv = inDeps("bench-venv");
const analysisVenv = inDeps("analysis-venv");
export const benchPython = pythonOf(benchVenv);
export const analysisPython = pythonOf(analysisVenv);

export const ensureBenchPython = () =>
  ensurePython({
    name: "bench-python",
    title: "Installing the Python packages that write the other runtimes' models",
    venv: benchVenv,
    files: ["models/requirements.txt", "tests/bench/requirements.txt"],
  });

export const ensureAnalysisPython = () =>
  ensurePython({
    name: "analysis-python",
    title: "Installing librosa and mir_eval",
    venv: analysisVenv,
    files: ["tests/bench/analysis/requirements.txt"],
  });

async function ensurePython({ name, title, venv, files: paths }) {
  const files = paths.map((path) => inRoot(path));
  const python = pythonOf(venv);
  const key = { files: files.map((path) => readFileSync(path, "utf8")), venv };
  if (isDone(name, key, [python])) return;
  await step(title, async () => {
    if (existsSync(venv)) rmSync(venv, { recursive: true, force: true });
    await run(findPython() ?? "python3", ["-m", "venv", venv], {
      what: "Making a Python virtual environment",
      remedy: "as root: apt-get install python3-venv, then run this again",
    });
    const options = ["--disable-pip-version-check", "--no-input", "--progress-bar", "off"];
    const wanted = files.flatMap((path) => ["-r", path]);
    await run(python, ["-m", "pip", "install", ...options, ...wanted], {
      what: "Installing Python packages with pip",
      remedy: "check the network connection and run this again",
      progress: (line) => /^(Collecting|Downloading|Installing)/.exec(line.trim()) && line.trim(),
    });
    markDone(name, key);
  });
}
