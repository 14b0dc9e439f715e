import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { withLock } from "../../scripts/lib/lock.mjs";
import { inRoot } from "../../scripts/lib/paths.mjs";
import { run } from "../../scripts/lib/run.mjs";
import { forget, isDone, markDone, treeDigest } from "../../scripts/lib/stamp.mjs";
import { isAtLeast } from "../../scripts/lib/version.mjs";
import { includeClosure } from "../../scripts/lint/includes.mjs";

const folder = mkdtempSync(join(tmpdir(), "divisi-scripts-"));
after(() => rmSync(folder, { recursive: true }));

test("versions compare by number, not by text", () => {
  assert.ok(isAtLeast("emcc 3.1.70 (abc)", "3.1.69"));
  assert.ok(isAtLeast("10.2", "9.9.9"));
  assert.ok(isAtLeast("3.1.69", "3.1.69"));
  assert.ok(!isAtLeast("3.1.6", "3.1.69"));
  assert.ok(!isAtLeast(null, "1.0"));
  assert.ok(!isAtLeast("no number", "1.0"));
});

test("a stamp holds for its key and only while its outputs are there", () => {
  const name = `test-${process.pid}`;
  const output = join(folder, "output");
  try {
    assert.ok(!isDone(name, { a: 1 }));
    markDone(name, { a: 1 });
    assert.ok(isDone(name, { a: 1 }));
    assert.ok(!isDone(name, { a: 2 }));
    assert.ok(!isDone(name, { a: 1 }, [output]));
    writeFileSync(output, "");
    assert.ok(isDone(name, { a: 1 }, [output]));
  } finally {
    forget(name);
  }
  assert.ok(!isDone(name, { a: 1 }));
});

test("a tree's digest changes with contents and names, and not by itself", () => {
  const file = join(folder, "input");
  writeFileSync(file, "one");
  const first = treeDigest([folder]);
  assert.equal(treeDigest([folder]), first);
  writeFileSync(file, "two");
  assert.notEqual(treeDigest([folder]), first);
  assert.notEqual(treeDigest([file]), treeDigest([join(folder, "absent")]));
});

test("a C++ file's own headers are found through each other, once, and system ones are not", () => {
  const write = (name, text) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const main = write("main.cpp", '#include <vector>\n#include "a.h"\n#include "absent.h"\n');
  const a = write("a.h", '#include "b.h"\n// #include "c.h"\n');
  const b = write("b.h", '  #include "a.h"\n');
  write("c.h", "");
  assert.deepEqual(includeClosure(main, []), [main, a, b]);
});

test("a failed command shows the beginning and the end of what it printed", async () => {
  const script = "for i in $(seq 1 100); do echo line $i.; done; exit 3";
  await assert.rejects(
    run("sh", ["-c", script], { what: "Counting", remedy: "count again" }),
    (error) => {
      assert.match(error.message, /^Counting: sh failed with exit code 3/);
      assert.match(error.message, /line 1\./);
      assert.match(error.message, /… 60 lines …/);
      assert.match(error.message, /line 100\./);
      assert.doesNotMatch(error.message, /line 50\./);
      assert.match(error.message, /What to do: count again$/);
      return true;
    },
  );
});

test("a program that isn't there is named", async () => {
  await assert.rejects(
    run("divisi-no-such-program", []),
    /divisi-no-such-program is not installed/,
  );
});

test("of two processes one waits for the other", async () => {
  const lock = join(folder, "lock");
  const log = join(folder, "log");
  writeFileSync(log, "");
  const program = `
    import { appendFileSync } from "node:fs";
    import { setTimeout as sleep } from "node:timers/promises";
    import { withLock } from ${JSON.stringify(inRoot("scripts/lib/lock.mjs"))};
    await withLock(async () => {
      appendFileSync(${JSON.stringify(log)}, "in ");
      await sleep(300);
      appendFileSync(${JSON.stringify(log)}, "out ");
    }, ${JSON.stringify(lock)});`;
  const ends = [1, 2, 3].map(
    () =>
      new Promise((resolve) => {
        const child = spawn(process.execPath, ["--input-type=module", "-e", program]);
        child.on("close", resolve);
      }),
  );
  assert.deepEqual(await Promise.all(ends), [0, 0, 0]);
  assert.equal(readFileSync(log, "utf8"), "in out in out in out ");
  assert.ok(!existsSync(lock));
});

test("a lock whose owner is gone is taken over", async () => {
  const lock = join(folder, "stale");
  const gone = spawn(process.execPath, ["-e", ""]);
  await new Promise((resolve) => gone.on("close", resolve));
  writeFileSync(lock, String(gone.pid));
  assert.equal(await withLock(async () => "done", lock), "done");
  assert.ok(!existsSync(lock));
});
