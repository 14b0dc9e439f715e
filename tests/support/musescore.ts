/** MuseScore, Debian's package: opens scores and writes them in other formats. */

import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * Has MuseScore open a file and write it in another format. Throws with what it says where it refuses.
 * @param from the file's ending, as `to`: "mid", "musicxml"
 */
export function convert(bytes: Uint8Array | string, from: string, to: string): Buffer {
  const folder = mkdtempSync(join(tmpdir(), "divisi-musescore-"));
  try {
    const [input, output] = [join(folder, `in.${from}`), join(folder, `out.${to}`)];
    writeFileSync(input, bytes);
    execFileSync("mscore3", ["-c", join(folder, "settings"), "-o", output, input], {
      // Without a screen, and without anybody's settings.
      env: { ...process.env, QT_QPA_PLATFORM: "offscreen", XDG_RUNTIME_DIR: folder, HOME: folder },
      stdio: "pipe",
      timeout: 60_000,
    });
    return readFileSync(output);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
