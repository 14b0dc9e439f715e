/** LMMS, Debian's package: imports MIDI files without a screen. */

import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * Has LMMS import a MIDI file. Throws where it doesn't come to an end, as where it has something to ask.
 *
 * @param font a SoundFont for the tracks, without which it would ask for one
 * @returns what it says: a line for each event besides notes, with its beat
 */
export function importMidi(midi: Uint8Array, font: Uint8Array): string {
  const folder = mkdtempSync(join(tmpdir(), "divisi-lmms-"));
  try {
    const [song, sounds, config] = ["song.mid", "sounds.sf2", "lmmsrc.xml"].map((name) =>
      join(folder, name),
    ) as [string, string, string];
    mkdirSync(join(folder, "work"));
    writeFileSync(song, midi);
    writeFileSync(sounds, font);
    writeFileSync(
      config,
      `<?xml version="1.0"?>
<!DOCTYPE lmms-config-file>
<lmms version="1.2.2" configversion="2">
  <app configured="1" openlastproject="0"/>
  <mixer audiodev="Dummy (no sound output)" mididev="Dummy (no MIDI support)"/>
  <paths workingdir="${folder}/work/" defaultsf2="${sounds}"/>
</lmms>
`,
    );
    return execFileSync("lmms", ["--allowroot", "-c", config, "--import", song, "-e"], {
      env: { ...process.env, QT_QPA_PLATFORM: "offscreen", XDG_RUNTIME_DIR: folder, HOME: folder },
      encoding: "utf8",
      timeout: 90_000,
      stdio: ["ignore", "pipe", "pipe"],
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
