import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { archivesInList, archivesInSources, machineArchive } from "../../scripts/setup/debian.mjs";

test("finds the archive of a one-line-style list and keeps what says to trust it", () => {
  const text = [
    "# deb http://commented.example/debian bookworm main",
    "deb [arch=amd64 signed-by=/usr/share/keyrings/a.gpg] http://mirror.example/debian bookworm main",
    "deb http://mirror.example/debian-security bookworm-security main",
    "deb http://other.example/tools tools main",
    "deb-src http://mirror.example/debian bookworm main contrib",
  ].join("\n");
  assert.deepEqual(archivesInList(text), [
    { uri: "http://mirror.example/debian", options: "[signed-by=/usr/share/keyrings/a.gpg]" },
    { uri: "http://mirror.example/debian", options: "" },
  ]);
});

test("finds the archive of a deb822-style file, as Debian's own images have it", () => {
  const text = [
    "Types: deb",
    "# http://snapshot.example/archive",
    "URIs: http://mirror.example/debian",
    "Suites: bookworm bookworm-updates",
    "Components: main",
    "Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg",
    "",
    "Types: deb",
    "URIs: http://mirror.example/debian-security",
    "Suites: bookworm-security",
    "Components: main",
    "",
    "Enabled: no",
    "Types: deb",
    "URIs: http://disabled.example/debian",
    "Suites: bookworm",
    "Components: main",
  ].join("\n");
  assert.deepEqual(archivesInSources(text), [
    {
      uri: "http://mirror.example/debian",
      options: "[signed-by=/usr/share/keyrings/debian-archive-keyring.gpg]",
    },
  ]);
});

test("knows no archive on a machine whose apt names none of Debian's", () => {
  const folder = mkdtempSync(join(tmpdir(), "divisi-apt-"));
  try {
    assert.equal(machineArchive(join(folder, "absent")), null);
    mkdirSync(join(folder, "sources.list.d"));
    writeFileSync(join(folder, "sources.list"), "deb http://ubuntu.example/ubuntu noble main\n");
    assert.equal(machineArchive(folder), null);
    writeFileSync(
      join(folder, "sources.list.d", "debian.sources"),
      "URIs: http://mirror.example/debian\nSuites: trixie\nComponents: main\n",
    );
    assert.deepEqual(machineArchive(folder), { uri: "http://mirror.example/debian", options: "" });
  } finally {
    rmSync(folder, { recursive: true });
  }
});
