// A private apt: fetches packages of another Debian release without touching the machine's own apt
// state. apt checks the archive's signature and every file's hash.
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Failure } from "../lib/failure.mjs";
import { inDeps } from "../lib/paths.mjs";
import { run, which } from "../lib/run.mjs";
import { fileDigest, forget, isDone, markDone } from "../lib/stamp.mjs";
import { machineArchive } from "./debian.mjs";

const kMirrorVariable = "DIVISI_DEBIAN_MIRROR";
export const downloads = inDeps("downloads", "apt");

function sourcesList() {
  const own = process.env[kMirrorVariable];
  const archive = own ? { uri: own, options: "" } : machineArchive();
  if (!archive) {
    throw new Failure(
      "No Debian archive is named in this machine's /etc/apt/sources.list or sources.list.d",
      `set ${kMirrorVariable} to the URL of a Debian archive and run this again`,
    );
  }
  const line = (type, suite) => `${type} ${archive.options} ${archive.uri} ${suite} main\n`;
  return line("deb", "trixie") + line("deb-src", "trixie") + line("deb", "bookworm");
}

/** The options that turn apt-get into the private one. */
function aptOptions(list) {
  const folder = inDeps("apt");
  for (const part of ["lists/partial", "cache/archives/partial"]) {
    mkdirSync(join(folder, part), { recursive: true });
  }
  mkdirSync(downloads, { recursive: true });
  const file = join(folder, "sources.list");
  writeFileSync(file, list);
  const options = {
    "Dir::Etc::sourcelist": file,
    "Dir::Etc::sourceparts": "-",
    // The machine's pins say which release its own packages come from, not ours.
    "Dir::Etc::preferences": "-",
    "Dir::Etc::preferencesparts": "-",
    "Dir::State::lists": join(folder, "lists"),
    "Dir::Cache": join(folder, "cache"),
    "Acquire::Languages": "none",
    "Acquire::Retries": "3",
    // Without this an unreachable archive is a warning, and the next step fails for odd reasons.
    "APT::Update::Error-Mode": "any",
    // Catalogues for software centres: a third of what would be fetched.
    "Acquire::IndexTargets::deb::DEP-11::DefaultEnabled": "false",
    // The folders are in the project, where the user _apt may not write.
    ...(process.getuid?.() === 0 ? { "APT::Sandbox::User": "root" } : {}),
  };
  return Object.entries(options).flatMap(([name, value]) => ["-o", `${name}=${value}`]);
}

const fetchProgress = (line) => /^Get:\d+ (.*)/.exec(line)?.[1].replace(/^\S+ /, "");

/** Runs the private apt-get in the downloads folder; refreshes its lists first if there are none. */
async function aptGet(args, what, refresh) {
  if (!which("apt-get")) {
    throw new Failure(
      `${what} comes from the Debian archive, and there is no apt-get here`,
      "use Debian 12, or install Emscripten and name the sources with CMake variables (CONTRIBUTING.md)",
    );
  }
  const list = sourcesList();
  const options = aptOptions(list);
  if (refresh || !isDone("apt-lists", list)) {
    forget("apt-lists");
    await run("apt-get", [...options, "update"], {
      what: "Reading the Debian archive's lists",
      remedy: "check the network connection and run this again; it goes on where it stopped",
      progress: fetchProgress,
    });
    markDone("apt-lists", list);
  }
  await run("apt-get", [...options, ...args], {
    cwd: downloads,
    what,
    remedy: "check the network connection and run this again; it goes on where it stopped",
    progress: fetchProgress,
  });
}

/** Once more with fresh lists, because the archive may have moved on since they were read. */
async function aptGetFresh(args, what) {
  try {
    await aptGet(args, what, false);
  } catch (error) {
    if (!(error instanceof Failure) || !isDone("apt-lists", sourcesList())) throw error;
    await aptGet(args, what, true);
  }
}

/**
 * Downloads binary packages and resolves to their files.
 * @param {{package: string, version: string}[]} packages `version` is what it has to begin with
 */
export async function downloadPackages(packages, suite) {
  const names = packages.map((entry) => entry.package);
  await aptGetFresh(["download", ...names.map((name) => `${name}/${suite}`)], `Fetching ${names}`);
  return packages.map((entry) => downloaded(`${entry.package}_${entry.version}`, ".deb", entry));
}

/**
 * Downloads the upstream tarballs of source packages and resolves to their files.
 * @param {{package: string, version: string, sha256: string}[]} packages
 */
export async function downloadSources(packages, suite) {
  const names = packages.map((entry) => entry.package);
  await aptGetFresh(
    // --tar-only: archives may lack the .dsc files, and nothing of Debian's packaging is needed.
    ["source", "--download-only", "--tar-only", ...names.map((name) => `${name}/${suite}`)],
    `Fetching the sources of ${names.join(", ")}`,
  );
  return packages.map((entry) => {
    const file = downloaded(`${entry.package}_${entry.version}.orig.tar`, "", entry);
    const found = fileDigest(file);
    if (found !== entry.sha256) {
      throw new Failure(
        `${file} has SHA-256 ${found}, not the pinned ${entry.sha256}`,
        "delete the file and run this again; if it happens again, the archive is not to be trusted",
      );
    }
    return file;
  });
}

function downloaded(start, end, entry) {
  // Epochs and the like are escaped in file names as in URLs.
  const name = readdirSync(downloads).find((candidate) => {
    const plain = decodeURIComponent(candidate);
    return plain.startsWith(start) && plain.endsWith(end);
  });
  if (!name) {
    throw new Failure(
      `The Debian archive no longer offers ${entry.package} ${entry.version}`,
      "get a newer version of divisi, whose scripts/setup/pins.mjs names a newer one",
    );
  }
  return join(downloads, name);
}
