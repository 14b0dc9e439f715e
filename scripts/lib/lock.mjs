// One set-up or build at a time in a clone: two terminals would write the same folders.
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { deps, inDeps } from "./paths.mjs";
import { say } from "./progress.mjs";

const kPollMilliseconds = 500;

const isAlive = (pid) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
};

/**
 * Runs `work` while holding the clone's lock, waiting for whoever holds it. A lock left by a
 * process that is gone is taken over.
 */
export async function withLock(work, file = inDeps("lock")) {
  mkdirSync(deps, { recursive: true });
  for (let told = false; ; ) {
    try {
      // Written under another name first: the lock must never be seen without its owner.
      const own = `${file}.${process.pid}`;
      writeFileSync(own, String(process.pid));
      try {
        linkSync(own, file);
      } finally {
        rmSync(own);
      }
      break;
    } catch (error) {
      if (error.code !== "EEXIST") throw error;
    }
    const holder = holderOf(file);
    if (holder === 0 || !isAlive(holder)) {
      rmSync(file, { force: true });
      continue;
    }
    if (!told) say(`  Waiting for another set-up or build in this folder (process ${holder}) …`);
    told = true;
    await sleep(kPollMilliseconds);
  }
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}

function holderOf(file) {
  try {
    return Number(readFileSync(file, "utf8")) || 0;
  } catch {
    return 0;
  }
}
