// The project's Python: a virtual environment in .deps/venv for the model importer and the linters.
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { inDeps, inRoot } from "../lib/paths.mjs";
import { step } from "../lib/progress.mjs";
import { probe, run } from "../lib/run.mjs";
import { isDone, markDone } from "../lib/stamp.mjs";
import { isAtLeast } from "../lib/version.mjs";
import { clangTidy, minimum, ruff } from "./pins.mjs";

const folder = inDeps("venv");
export const python = join(folder, "bin", "python");

// The system's own first: a version manager's shim on PATH starts slowly.
const kCandidates = ["/usr/bin/python3", "python3", "python3.13", "python3.12", "python3.11"];

/** The first Python that is new enough and can make virtual environments, or null. */
export function findPython() {
  const script = "import ensurepip, venv, platform; print(platform.python_version())";
  return kCandidates.find((name) => isAtLeast(probe(name, ["-c", script]), minimum.python)) ?? null;
}

export async function ensurePython() {
  const requirements = readFileSync(inRoot("models/requirements.txt"), "utf8");
  const key = { requirements, ruff, folder };
  if (isDone("python", key, [python])) return;
  await step("Installing the Python packages of the model importer", async () => {
    if (existsSync(folder)) rmSync(folder, { recursive: true, force: true });
    await run(findPython() ?? "python3", ["-m", "venv", folder], {
      what: "Making a Python virtual environment",
      remedy: "as root: apt-get install python3-venv, then run this again",
    });
    await install(["-r", inRoot("models/requirements.txt"), ruff]);
    markDone("python", key);
  });
}

/** After ensurePython. */
export async function ensureClangTidy() {
  const key = { clangTidy, folder };
  if (isDone("clang-tidy", key, [join(folder, "bin", "clang-tidy")])) return;
  await step("Installing clang-tidy", async () => {
    await install([clangTidy]);
    markDone("clang-tidy", key);
  });
}

async function install(packages) {
  const options = ["--disable-pip-version-check", "--no-input", "--progress-bar", "off"];
  await run(python, ["-m", "pip", "install", ...options, ...packages], {
    what: "Installing Python packages with pip",
    remedy: "check the network connection and run this again",
    progress: (line) => /^(Collecting|Downloading|Installing)/.exec(line.trim()) && line.trim(),
  });
}
