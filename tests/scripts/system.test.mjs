import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { inRoot } from "../../scripts/lib/paths.mjs";
import { protectedUpgrades } from "../../scripts/setup/system.mjs";

const kUpgradesLibc = [
  "Inst libc6 [2.36-9] (2.41-12 Debian:13/stable [amd64])",
  "Inst libllvm19 (1:19.1.7 Debian:12/stable [amd64])",
  "Inst zlib1g [1:1.2.13] (1:1.2.14 Debian:12/stable [amd64])",
].join("\n");

test("an upgrade of libc is seen in what apt-get would do, a new library is not one", () => {
  assert.deepEqual(protectedUpgrades(kUpgradesLibc), ["libc6"]);
  assert.deepEqual(protectedUpgrades("Inst libc6-dev (2.36-9 Debian:12/stable [amd64])"), []);
  assert.deepEqual(protectedUpgrades("Inst systemd:amd64 [252.1] (257.1 Debian:13)"), ["systemd"]);
});

/** Runs `ensureTools(["compiler", "clang"])` as `uid` with nothing but these programs on PATH. */
function ensureToolsWith(programs, uid = process.getuid()) {
  const folder = mkdtempSync(join(tmpdir(), "divisi-path-"));
  try {
    symlinkSync("/usr/bin/env", join(folder, "env"));
    for (const [name, script] of Object.entries(programs)) {
      writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`);
      chmodSync(join(folder, name), 0o755);
    }
    const program = `
      import { main } from ${JSON.stringify(inRoot("scripts/lib/failure.mjs"))};
      import { ensureTools } from ${JSON.stringify(inRoot("scripts/setup/system.mjs"))};
      process.getuid = () => ${uid};
      await main(() => ensureTools(["compiler", "clang"]));`;
    return spawnSync(process.execPath, ["--input-type=module", "-e", program], {
      encoding: "utf8",
      env: { PATH: folder },
      timeout: 30_000,
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test("without apt-get, the missing packages are named", () => {
  const { status, stderr } = ensureToolsWith({});
  assert.equal(status, 1);
  assert.match(stderr, /lacks g\+\+, clang-19, lld-19, llvm-19/);
  assert.doesNotMatch(stderr, /at .*\.mjs:\d+/, "no stack trace");
});

test("someone who cannot become root is told what root has to install", () => {
  const { status, stderr } = ensureToolsWith({ "apt-get": "exit 9" }, 1000);
  assert.equal(status, 1);
  assert.match(stderr, /only root may install them: g\+\+, clang-19, lld-19, llvm-19/);
  assert.match(stderr, /apt-get install --no-install-recommends g\+\+ clang-19 lld-19 llvm-19/);
});

test("an installation that would upgrade libc is refused, with the command to look at", () => {
  const { status, stderr } = ensureToolsWith({
    sudo: '[ "$1" = -n ] && shift; exec "$@"',
    "apt-get": `[ "$1" = -s ] && echo '${kUpgradesLibc}' && exit 0; echo must not install >&2; exit 9`,
  });
  assert.equal(status, 1);
  assert.match(stderr, /would upgrade libc6, which set-up never does/);
  assert.match(stderr, /apt-get install --no-install-recommends g\+\+ clang-19 lld-19 llvm-19/);
});

test("when apt-get fails, what it said and the command for root are shown", () => {
  const { status, stderr } = ensureToolsWith({
    sudo: '[ "$1" = -n ] && shift; exec "$@"',
    "apt-get": '[ "$1" = -s ] && exit 0; echo "E: no space left" >&2; exit 100',
  });
  assert.equal(status, 1);
  assert.match(stderr, /exit code 100/);
  assert.match(stderr, /E: no space left/);
  assert.match(stderr, /as root: apt-get update && apt-get install/);
});

test("programs that are there already are not installed again", () => {
  const { status, stderr } = ensureToolsWith({
    "g++": "",
    "clang-19": "",
    "wasm-ld-19": "",
    "llvm-ar-19": "",
    "apt-get": "exit 9",
  });
  assert.equal(status, 0, stderr);
  assert.equal(stderr, "");
});
