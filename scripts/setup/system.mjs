// Programs that come from the machine's own package manager: what is missing is installed with
// apt-get, as root or through sudo, and nothing that is there is upgraded.
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { Failure } from "../lib/failure.mjs";
import { say, step } from "../lib/progress.mjs";
import { probe, run, which } from "../lib/run.mjs";
import { isAtLeast } from "../lib/version.mjs";
import { minimum } from "./pins.mjs";
import { findPython } from "./python.mjs";

const onPath =
  (...programs) =>
  () =>
    programs.every((program) => which(program) !== null);

/** Package names of Debian 12 and how to see that what they bring is already there. */
const tools = {
  compiler: { packages: ["g++"], present: onPath("g++") },
  cmake: { packages: ["cmake"], present: onPath("cmake") },
  ninja: { packages: ["ninja-build"], present: onPath("ninja") },
  python: { packages: ["python3", "python3-venv"], present: () => findPython() !== null },
  // Needs no dpkg-dev: nothing of Debian's packaging is unpacked.
  unpacking: { packages: ["xz-utils", "dpkg"], present: onPath("xz", "dpkg-deb") },
  clang: {
    packages: ["clang-19", "lld-19", "llvm-19"],
    present: onPath("clang-19", "wasm-ld-19", "llvm-ar-19"),
  },
  lint: {
    packages: ["clang-format-19"],
    present: onPath("clang-format-19"),
  },
  docs: { packages: ["doxygen"], present: onPath("doxygen") },
  fuzz: {
    packages: ["clang-19", "libclang-rt-19-dev"],
    present: () => {
      const name = "libclang_rt.fuzzer-x86_64.a";
      return existsSync(probe("clang-19", [`--print-file-name=${name}`])?.trim() ?? name);
    },
  },
  chromium: { packages: ["chromium"], present: () => findChromium() !== null },
  firefox: { packages: ["firefox-esr"], present: () => findFirefox() !== null },
  // Firefox's AudioContexts do not start without a sound card (tests/support/silent_sound_card.ts).
  sound: { packages: ["pulseaudio"], present: onPath("pulseaudio") },
  // Read the scores that are written, as independent programs (tests/support/musescore.ts, lmms.ts).
  notation: { packages: ["musescore3", "lmms"], present: onPath("mscore3", "lmms") },
  // Plays the SoundFonts that are written, as an independent program (tests/node/cli/sample.test.ts).
  soundfonts: { packages: ["fluidsynth"], present: onPath("fluidsynth") },
  webkit: {
    packages: ["webkit2gtk-driver", "xvfb"],
    present: () => findWebKit() !== null && onPath("Xvfb")(),
  },
};

/** The Chromium that the tests run in: CHROMIUM names another one. */
export function findChromium() {
  const own = process.env.CHROMIUM;
  if (own) return existsSync(own) ? own : null;
  return which("chromium") ?? which("chromium-browser") ?? which("google-chrome");
}

/** The Firefox that the tests run in: FIREFOX names another one. */
export function findFirefox() {
  const own = process.env.FIREFOX;
  if (own) return existsSync(own) ? own : null;
  return which("firefox-esr") ?? which("firefox");
}

/** The WebKitGTK that the tests run in: its driver, and its browser for trying things out. */
export function findWebKit() {
  const driver = which("WebKitWebDriver");
  const folder = "/usr/lib";
  const browser = readdirSync(folder)
    .flatMap((machine) => ["4.1", "6.0"].map((abi) => [machine, `webkit2gtk-${abi}`]))
    .map((parts) => join(folder, ...parts, "MiniBrowser"))
    .find((path) => existsSync(path));
  return driver && browser ? { driver, browser } : null;
}

/** Packages whose upgrade would change the machine under its owner's feet. */
const kNeverUpgraded =
  /^(apt|libapt-pkg[\d.]*|dpkg|libc6|libc-bin|libc6-dev|locales|systemd|systemd-sysv|libsystemd0|libsystemd-shared|udev|libudev1)$/;

/** The protected packages that `apt-get -s install` says it would upgrade. */
export function protectedUpgrades(simulation) {
  const names = [];
  for (const line of simulation.split("\n")) {
    // "Inst NAME [old version] (new version …)" is an upgrade, without the brackets an installation.
    const match = /^Inst (\S+) \[/.exec(line);
    const name = match?.[1].split(":")[0];
    if (name && kNeverUpgraded.test(name)) names.push(name);
  }
  return names;
}

/**
 * Installs what is missing of the named tools.
 * @param {(keyof typeof tools)[]} wanted
 */
export async function ensureTools(wanted) {
  const packages = wanted
    .filter((name) => !tools[name].present())
    .flatMap((n) => tools[n].packages);
  if (packages.length > 0) {
    await step(`Installing ${packages.join(", ")} with apt-get`, () => install(packages));
    const missing = wanted.filter((name) => !tools[name].present());
    if (missing.length > 0) {
      throw new Failure(
        `apt-get has installed ${packages.join(" ")}, but these are still missing: ${missing}`,
        "see that /usr/bin is on PATH",
      );
    }
  }
  checkVersion("cmake", wanted.includes("cmake"), minimum.cmake);
}

async function install(packages) {
  const command = `apt-get install --no-install-recommends ${packages.join(" ")}`;
  if (!which("apt-get")) {
    throw new Failure(
      `This machine lacks ${packages.join(", ")} (names of Debian packages) and has no apt-get`,
      "install them with the machine's own package manager and run this again",
    );
  }
  const asRoot = rootPrefix();
  if (!asRoot) {
    throw new Failure(
      `These packages are missing and only root may install them: ${packages.join(", ")}`,
      `as root: ${command}\n  then run this again`,
    );
  }
  const simulate = () =>
    probe("apt-get", ["-s", "install", "--no-install-recommends", ...packages]);
  let plan = simulate();
  if (plan === null) {
    say("  Reading the package lists (apt-get update) …");
    await run("env", [...asRoot, "apt-get", "update"], {
      what: "apt-get update",
      remedy: "check the network connection and /etc/apt, and run this again",
    });
    plan = simulate();
  }
  if (plan === null) {
    throw new Failure(
      `apt-get cannot install ${packages.join(" ")}`,
      `see what it says to: ${command}\n  (Debian 12 has all of them in its main archive)`,
    );
  }
  const upgrades = protectedUpgrades(plan);
  if (upgrades.length > 0) {
    throw new Failure(
      `Installing ${packages.join(" ")} would upgrade ${upgrades.join(", ")}, which set-up never does`,
      `look at it and decide: ${command}`,
    );
  }
  const args = ["apt-get", "install", "-y", "--no-install-recommends", ...packages];
  await run("env", [...asRoot, "env", "DEBIAN_FRONTEND=noninteractive", ...args], {
    what: `Installing ${packages.join(", ")}`,
    remedy: `as root: apt-get update && ${command}\n  then run this again`,
    progress: (line) => /^(Get:|Unpacking|Setting up)/.exec(line) && line,
  });
}

/** How to become root: nothing when we are, sudo when it is there, null when there is no way. */
function rootPrefix() {
  if (process.getuid?.() === 0) return [];
  if (!which("sudo")) return null;
  if (probe("sudo", ["-n", "true"]) !== null) return ["sudo"];
  return process.stdin.isTTY ? ["sudo"] : null;
}

function checkVersion(program, wanted, least) {
  if (!wanted) return;
  const version = probe(program, ["--version"]);
  if (!isAtLeast(version, least)) {
    throw new Failure(
      `${program} ${least} or newer is needed; found ${/\d[\d.]*/.exec(version ?? "")?.[0] ?? "none"}`,
      `install a newer ${program} and put it first on PATH`,
    );
  }
}
